/** The sentences about parameters that are connected and still do not learn. */
import type { Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";
import type { Shape } from "../core/shape.js";
import type { Module } from "../nn/module.js";
import type { Optimizer } from "../train/optimizer.js";
import { batchTensors } from "./batch-tensors.js";
import type { Complaint } from "./complaint.js";
import type { Place } from "./diagnosis.js";
import { lineOfProgram } from "./line-search.js";
import { nonFiniteInput, nonFiniteOrigin, placeBeforeRun } from "./non-finite-origin.js";
import type { ObservedStep } from "./observed-step.js";
import { placeOf, placeOfMade } from "./place.js";
import type { Entry, Origin } from "./trace.js";

const NO_OPTIMIZER: Complaint = {
  status: "notHeld",
  fault: "nothingToTrain",
  phrase: "the list of optimizers is empty",
  cause: "The optimizers are given as a list with nothing in it: gradients arrive, and nothing steps.",
  repair:
    "Give the list what is to train the model: optimizer = new Adam(model.parameters(), { learningRate }).",
};

/** A list has no line of its own; where the program says `optimizer = []` as such, that one. */
const EMPTY_LIST = /\boptimizers?\b.{0,40}[=:] ?\[ ?\]/;

/** @param loss where the loss was computed: the program's file is searched for the list. */
export function noOptimizerComplaint(loss: CallSite | undefined): Complaint {
  return { ...NO_OPTIMIZER, place: loss && lineOfProgram(loss, EMPTY_LIST) };
}

/** @param optimizers one or more of them. */
export function notHeldComplaint(optimizers: readonly Optimizer[], model: Module): Complaint {
  const lineOf = (one: Optimizer): number => placeOfMade(one)?.line ?? 0;
  const [twin] = optimizers
    .filter((one) => optimizers.some((other) => other !== one && isTwin(one, other)))
    .sort((a, b) => lineOf(b) - lineOf(a));
  const [first] = optimizers as readonly [Optimizer];
  const optimizer = twin ?? first;
  const held = new Set<Tensor>(optimizers.flatMap(({ parameters }) => parameters));
  const isStale = !model.parameters().some((parameter) => held.has(parameter));
  return {
    status: "notHeld",
    fault: "optimizerHoldsOthers",
    phrase: isStale ? "the optimizer holds other objects" : "the optimizer does not hold {them|it}",
    place: placeOfMade(optimizer),
    cause: isStale
      ? "The optimizer that is made here holds parameters that are no longer the model's: to(dtype) and rebuilt layers make new ones."
      : twin !== undefined
        ? "The optimizer that is made here holds the same parameters as another one, and these are in none, though they are not frozen."
        : "The optimizer was made here without these parameters, and they are not frozen.",
    repair: isStale
      ? "Make the optimizer from model.parameters() when the model has its last form."
      : optimizers.length > 1
        ? "Give {them|it} to the optimizer that is to train {them|it}: each parameter that is not frozen stands in one of them."
        : "Make the optimizer from model.parameters(), after the last layer was added to it, or freeze what is not to be trained.",
  };
}

/** Made for one part twice, where the second was to be of another. */
function isTwin(one: Optimizer, other: Optimizer): boolean {
  const held = new Set(other.parameters);
  return one.parameters.length === held.size && one.parameters.every((parameter) => held.has(parameter));
}

/** An optimizer was made for them, and it is neither given nor stepped by the loss. */
export function neverSteppedComplaint(optimizer: object): Complaint {
  return {
    status: "notHeld",
    fault: "optimizerHoldsOthers",
    phrase: "the optimizer that holds {them|it} never steps",
    place: placeOfMade(optimizer),
    cause:
      "The optimizer that is made here holds {these parameters|this parameter}, and nothing steps it: the loss function does not, and it is not among those that are given.",
    repair:
      "Call its step() after its backward(), or give it to the training with the other: optimizer = [one, other]. Where it steps more seldom than these steps can show, watch more of them (steps).",
  };
}

/** The loss steps by hand, and writes others only. */
export function leftOutComplaint(place: Place | undefined): Complaint {
  return {
    status: "notHeld",
    fault: "optimizerHoldsOthers",
    phrase: "the step by hand leaves {them|it} out",
    place,
    cause:
      "The loss propagates here and steps by hand: it writes other parameters, and {these stay|this one stays} as {they were|it was}.",
    repair:
      "Take the gradient of all of the model's parameters(), and write each of them in the step; freeze() what is to stay.",
  };
}

/** Parameters that a gradient reaches, and that neither the model nor the optimizer knows. */
export function strayComplaint(count: number, place: Place | undefined): Complaint {
  const isOne = count === 1;
  return {
    status: "notHeld",
    fault: "optimizerHoldsOthers",
    phrase: `neither the model nor the optimizer holds ${isOne ? "a parameter" : `${count} parameters`} that the loss is computed from`,
    place,
    cause: `The loss is computed from ${isOne ? "a parameter that is" : `${count} parameters that are`} made here, and neither the model's parameters() nor the optimizer has ${isOne ? "it" : "them"}.`,
    repair:
      "Keep layers in ordinary fields of the module, and let what has parameters extend Module: #fields, Maps, Sets and classes of another kind are not seen.",
  };
}

/** A field that asks for a gradient without being a parameter. */
export function strayTensorComplaint(field: string, place: Place | undefined): Complaint {
  return {
    status: "notHeld",
    fault: "optimizerHoldsOthers",
    phrase: `${field} asks for a gradient and is no parameter, so nothing trains it`,
    place,
    cause: `What is called ${field} has requiresGrad and is no parameter: a gradient arrives at it, and neither parameters() nor an optimizer knows it.`,
    repair: "Make it a parameter, new Parameter(tensor(...)), in a field of the module.",
  };
}

/** The numbers of a parameter or of its gradient are NaN or infinite. */
export function nonFiniteComplaint(of: string, step: ObservedStep, batch: unknown): Complaint {
  const common = { status: "nonFinite", fault: "nonFinite", phrase: "NaN or Infinity comes up" } as const;
  const input = nonFiniteInput(step);
  if (input !== undefined) return { ...common, ...inputSentences(input, batch) };
  const found = nonFiniteOrigin(step);
  if (found === undefined) {
    return {
      ...common,
      cause: `Entries of the ${of} are NaN or infinite, and no operation of this step made them so.`,
      repair: "Look at the numbers of the batch and at the weights that the model starts with.",
    };
  }
  const { operation, site, inputs } = found.origin;
  if (found.of === "result" && inputs.some(({ data }) => data.includes(Number.NEGATIVE_INFINITY))) {
    return {
      ...common,
      place: placeOf(site),
      cause: `The result of ${operation} has entries that are NaN: where all that goes into one of its rows is -Infinity, masked, there is nothing left to share.`,
      repair:
        "Leave one entry of each row unmasked, or mask with a large finite number, -1e9, in the place of -Infinity.",
    };
  }
  return {
    ...common,
    place: placeOf(site),
    cause:
      found.of === "result"
        ? `The result of ${operation} has entries that are NaN or infinite, though all its inputs are finite.`
        : `The gradient that ${operation} passes on has entries that are NaN or infinite, though the one that it gets is finite.`,
    repair:
      found.of === "result"
        ? isCutToZero(found.origin, step)
          ? "Take softplus in the place of that relu: log(add(x, 1e-6)) alone is finite, but what relu cuts to 0 gets no gradient."
          : domainRepair(found.origin)
        : "Keep its inputs away from where the slope is infinite: sqrt(x + epsilon), not sqrt(x) at 0.",
  };
}

/** What is 0 behind them was 0 before them. */
const KEEPS_ZEROS: ReadonlySet<string> = new Set(["divide", "multiply", "reshape", "transpose", "slice"]);

/** Whether it is the logarithm of what a relu cut to 0, at once or scaled on the way. */
function isCutToZero({ operation, inputs: [first] }: Origin, { trace }: ObservedStep): boolean {
  if (operation !== "log" || hasNegative(first)) return false;
  let before = first && trace.origins.get(first);
  while (before !== undefined && KEEPS_ZEROS.has(before.operation)) {
    const [source] = before.inputs;
    before = source && trace.origins.get(source);
  }
  return before?.operation === "relu";
}

/**
 * What keeps an operation's inputs where it has a result.
 *
 * @param isBelow whether they are below 0, or are about to be.
 */
export function domainRepair(
  { operation, inputs }: Origin,
  isBelow: boolean = hasNegative(inputs[0]),
): string {
  const values = inputs.map(({ data }) => data);
  const [first, second = first] = values;
  if (operation === "log") {
    return isBelow
      ? "Make what goes in positive where it is computed, for all that uses it: add(softplus(x), 1e-6); or take a loss that takes any number."
      : "Keep its inputs above 0: log(add(x, 1e-6)).";
  }
  if (operation === "sqrt" && isBelow)
    return "Give sqrt what is not below 0 whatever the network gives: sqrt(add(square(x), 1e-6)), or softplus(x).";
  if (operation === "pow" && isBelow)
    return "A number below 0 has no power that is no whole number: take pow(add(abs(x), 1e-6), p), or an even whole power.";
  if (operation === "exp")
    return "Bound what goes into exp, exp(clamp(x, -20, 20)), or take softplus(x) in its place.";
  if (operation === "divide" && second?.some((value) => value === 0) === true)
    return "Keep the divisor away from 0: divide(a, add(b, 1e-6)) where b is 0 or more, and divide(multiply(a, b), add(square(b), 1e-6)) where it has either sign.";
  return "Keep its inputs in its domain (divide by x + epsilon, log(add(x, epsilon))), or lower the learning rate.";
}

function hasNegative(tensor: Tensor | undefined): boolean {
  return tensor?.data.some((value) => value < 0) === true;
}

function inputSentences(
  { tensor, site }: Entry,
  batch: unknown,
): Pick<Complaint, "place" | "cause" | "repair"> & { readonly phrase?: string } {
  const name = batchTensors(batch).get(tensor);
  const values = Array.from(tensor.data);
  const first = values.findIndex((value) => !Number.isFinite(value));
  const count = values.filter((value) => !Number.isFinite(value)).length;
  const made = placeBeforeRun(tensor);
  const where = `${values[first]} at [${positionOf(first, tensor.shape).join(", ")}]`;
  const share = count === 1 ? "" : `, the first of ${count} such entries (of ${values.length})`;
  if (name === undefined) {
    const cause =
      made === undefined
        ? `A tensor that comes in here as numbers has ${where}${share}.`
        : `The tensor that is made here, before the loss function runs, has ${where}${share}.`;
    return { place: made ?? placeOf(site), cause, repair: "Make it of finite numbers." };
  }
  const what = name === "batch" ? "The batch" : `${name} of the batch`;
  return {
    place: made ?? placeOf(site),
    phrase: `${name === "batch" ? "the batch" : `${name} of the batch`} is not finite`,
    cause: `${what} has ${where}${share}: no weights make a finite loss of it.`,
    repair: "Look at how the batch is made: a division by 0, a log of 0, an empty mean, a missing value.",
  };
}

/** The indices of entry `index` of a tensor. */
function positionOf(index: number, shape: Shape): number[] {
  const position: number[] = [];
  for (const side of [...shape].reverse()) {
    position.unshift(index % side);
    index = Math.floor(index / side);
  }
  return position;
}
