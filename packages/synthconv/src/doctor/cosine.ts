/** Cosines of two results, however they are written: of normalised rows, or a product over the sizes of both. */
import type { Tensor } from "../autograd/tensor.js";
import type { ObservedStep } from "./observed-step.js";
import { MOVES, type Origin } from "./trace.js";
import { unmoved } from "./zero/spot.js";

/** The product of two trained results that a division by their sizes makes a cosine; undefined where it is none. */
export function cosineOf(origin: Origin, { trace }: Pick<ObservedStep, "trace">): Origin | undefined {
  const { operation, inputs } = origin;
  const [left, right] = inputs;
  if (left === undefined || right === undefined) return undefined;
  if (operation === "divide") {
    const product = productBehind(left, trace);
    const isOwn = product?.inputs.every((one) => leadsTo(one, right, trace));
    return isOwn === true ? product : undefined;
  }
  const isProduct = operation === "multiply" && left !== right && left.requiresGrad && right.requiresGrad;
  return isProduct && [left, right].every((one) => isUnit(one, trace)) ? origin : undefined;
}

/** Behind a sum over entries. */
function productBehind(tensor: Tensor, { origins }: ObservedStep["trace"]): Origin | undefined {
  const sum = origins.get(unmoved(tensor, { origins } as ObservedStep["trace"]));
  const [given] = sum?.operation === "sum" ? sum.inputs : [];
  const product = given && origins.get(given);
  const isProduct = product?.operation === "multiply" && product.inputs[0] !== product.inputs[1];
  return isProduct && product.inputs.every(({ requiresGrad }) => requiresGrad) ? product : undefined;
}

/** A value over a size that was computed from it. */
function isUnit(tensor: Tensor, trace: ObservedStep["trace"]): boolean {
  const { operation, inputs: [value, size] = [] } = trace.origins.get(unmoved(tensor, trace)) ?? {};
  return operation === "divide" && value !== undefined && size !== undefined && leadsTo(value, size, trace);
}

const FURTHER: ReadonlySet<string> = new Set([
  ...MOVES,
  "square",
  "multiply",
  "sum",
  "add",
  "sqrt",
  "pow",
  "maximum",
  "clamp",
]);

function leadsTo(start: Tensor, end: Tensor, { origins }: ObservedStep["trace"]): boolean {
  const behind = new Set([end]);
  for (const one of behind) {
    if (one === start) return true;
    const { operation = "", inputs = [] } = origins.get(one) ?? {};
    if (FURTHER.has(operation)) for (const input of inputs) behind.add(input);
  }
  return false;
}
