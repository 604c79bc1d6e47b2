/** Operations of one entry at a time, of one tensor or of several that broadcast. */
import type { Activation } from "../../core/activations.js";
import type { Row, Rows, Step } from "../step.js";

/** One operator that takes the inputs as they are. */
function operator(name: string): Row {
  return (step) =>
    step.add(
      name,
      step.inputs.map((input) => input.name),
    );
}

function activation(name: Activation): Row {
  return (step) =>
    step.graph.activation(step.name(0), name, step.setting<number | undefined>("negativeSlope"));
}

/** 1 where it holds, else 0: ONNX has truths there. */
function comparison(name: string, isNegated = false): Row {
  return (step) => {
    const holds = step.add(name, [step.name(0), step.name(1)]);
    return asNumber(step, isNegated ? step.add("Not", [holds]) : holds);
  };
}

// TensorProto.DataType.
const FLOAT = 1;

function asNumber(step: Step, truth: string): string {
  return step.add("Cast", [truth], { to: { int: FLOAT } });
}

function clamp(step: Step): string {
  const { graph } = step;
  const bound = (name: "min" | "max"): string => {
    const value = step.setting<number>(name);
    return Number.isFinite(value) ? graph.scalar(value) : "";
  };
  // Min and Max in their turn, as Clip takes no bound that is missing between others in every runtime.
  const [least, most] = [bound("min"), bound("max")];
  const raised = least === "" ? step.name(0) : step.add("Max", [step.name(0), least]);
  return most === "" ? raised : step.add("Min", [raised, most]);
}

/** max(x, 0) - x t + softplus(-|x|) */
function bceWithLogits(step: Step): string {
  const [x, target] = [step.name(0), step.name(1)];
  const right = step.add("Sub", [step.add("Relu", [x]), step.add("Mul", [x, target])]);
  const rest = step.add("Softplus", [step.add("Neg", [step.add("Abs", [x])])]);
  return step.add("Add", [right, rest]);
}

function where(step: Step): string {
  // NaN is not 0, and chooses the first.
  const isZero = step.add("Equal", [step.name(0), step.graph.scalar(0)]);
  return step.add("Where", [isZero, step.name(2), step.name(1)]);
}

export const ENTRIES: Rows = {
  add: operator("Add"),
  subtract: operator("Sub"),
  multiply: operator("Mul"),
  divide: operator("Div"),
  pow: operator("Pow"),
  maximum: operator("Max"),
  minimum: operator("Min"),
  negate: operator("Neg"),
  exp: operator("Exp"),
  log: operator("Log"),
  sqrt: operator("Sqrt"),
  abs: operator("Abs"),
  sign: operator("Sign"),
  round: operator("Round"),
  floor: operator("Floor"),
  ceil: operator("Ceil"),
  sin: operator("Sin"),
  cos: operator("Cos"),
  square: (step) => step.add("Mul", [step.name(0), step.name(0)]),
  clamp,
  relu: activation("relu"),
  leakyRelu: activation("leakyRelu"),
  silu: activation("silu"),
  gelu: activation("gelu"),
  tanh: activation("tanh"),
  sigmoid: activation("sigmoid"),
  softplus: activation("softplus"),
  equal: comparison("Equal"),
  notEqual: comparison("Equal", true),
  less: comparison("Less"),
  lessEqual: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greaterEqual: comparison("GreaterOrEqual"),
  where,
  bceWithLogits,
  // Files hold float32 alone.
  cast: (step) => step.name(0),
};
