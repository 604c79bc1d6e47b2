/** Units that never fire, and what keeps them so: zeros that come in, a normalisation, a hinge with a margin below 0. */
import { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import type { ObservedStep } from "../observed-step.js";
import type { Origin } from "../trace.js";
import { factorName, isOutput, LEAVE_OUT } from "./ends.js";
import { ALWAYS_ZERO, type Identity, type Sentences } from "./identity.js";
import { isZero, sourceOfZeros, unmoved } from "./spot.js";
import { normalisedOne } from "./taken-away.js";

export const unitsOff: Identity = {
  name: "units that are off",
  of(spot) {
    const { origin, step } = spot;
    if (!isOff(origin)) return undefined;
    // A normalisation over one entry gives zeros whatever comes, and no unit is to blame.
    const before = step.trace.origins.get(unmoved(origin.inputs[0] as Tensor, step.trace));
    const [from] = before?.inputs ?? [];
    const normalised = before && from && normalisedOne.of({ ...spot, origin: before, from });
    return normalised ?? offSentences(origin, step);
  },
};

function offSentences(origin: Origin, step: ObservedStep): Sentences {
  const layer = layerOfZeros(origin, step);
  if (layer !== undefined) {
    return {
      at: layer.origin,
      phrase: ALWAYS_ZERO,
      cause: `The ${layer.origin.operation} here is given zeros alone, ${factorName(layer.zeros)}, so that all that it gives is 0, and ${origin.operation} behind it passes no gradient at 0.`,
      repair: "Give it the numbers that are meant: what is 0 for every sample of every batch tells nothing.",
    };
  }
  return {
    at: origin,
    phrase: ALWAYS_ZERO,
    cause: `Everything that ${origin.operation} gives is 0, for every input of the batch ([${origin.tensor.shape}]): its units are off, and no gradient passes them.`,
    repair: isOutput(origin, step)
      ? isHinge(origin, step)
        ? "Take a margin above 0 in what is added before it, add(difference, 1): below 0 it keeps every sample where nothing is to be learned."
        : `Leave relu out here: ${LEAVE_OUT}`
      : "Start its biases near 0 and initialize its weights by fan-in, or use leakyRelu.",
  };
}

/** The layer that made zeros of a constant of zeros, where all that comes to some units are such. */
function layerOfZeros(
  { inputs: [given] }: Origin,
  { trace }: ObservedStep,
): { origin: Origin; zeros: Tensor } | undefined {
  if (given === undefined || !isZero(given.data)) return undefined;
  const origin = trace.origins.get(sourceOfZeros(given, trace));
  const zeros = origin?.inputs.find((one) => isZero(one.data) && !(one instanceof Parameter));
  const isGiven = zeros !== undefined && (trace.origins.get(zeros)?.inputs.length ?? 0) === 0;
  return origin !== undefined && isGiven ? { origin, zeros } : undefined;
}

/** A difference of what is computed and a constant below 0, of which only what is above 0 counts in the loss. */
function isHinge({ inputs: [given], tensor }: Origin, { trace, flow }: ObservedStep): boolean {
  const shifted = given && trace.origins.get(given);
  const readers = flow.edgesOutOf(tensor).map(({ to }) => trace.origins.get(to)?.operation);
  return (
    isShiftedDown(shifted) && readers.length > 0 && readers.every((one) => one === "mean" || one === "sum")
  );
}

/** By a constant that is added or taken away: a tensor, or a number, which is no tensor of its own. */
function isShiftedDown(shifted: Origin | undefined): boolean {
  const [before, taken] = shifted?.inputs ?? [];
  if (shifted === undefined || before === undefined) return false;
  const { operation, inputs, tensor } = shifted;
  if (operation !== "add" && operation !== "subtract") return false;
  if (inputs.length === 1) {
    const by = before.data.map((value, i) => value - (tensor.data[i] as number));
    // Of subtract(5, difference), which turns it round, each entry has its own.
    return by.every((one) => one > 0 && Math.abs(one - (by[0] as number)) <= 1e-3 * one);
  }
  if (operation === "subtract")
    return taken?.requiresGrad === false && taken.data.every((value) => value > 0);
  const constant = inputs.find(({ requiresGrad }) => !requiresGrad);
  return constant?.data.every((value) => value < 0) === true;
}

function isOff({ operation, tensor, inputs }: Origin): boolean {
  return (
    operation === "relu" &&
    isZero(tensor.data) &&
    inputs.every(({ data }) => data.every((value) => value <= 0))
  );
}
