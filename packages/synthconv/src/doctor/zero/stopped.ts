/** Operations that pass nothing on: a factor of zeros, units that are off, inputs out of range. */
import { ones } from "../../autograd/creation.js";
import { Parameter } from "../../autograd/parameter.js";
import { noGrad } from "../../autograd/tape.js";
import type { Tensor } from "../../autograd/tensor.js";
import { constantFactor } from "../constant-factor.js";
import type { ObservedStep } from "../observed-step.js";
import { operationsThat } from "../operations.js";
import { numberText } from "../report/words.js";
import { MOVES, type Origin, type Trace } from "../trace.js";
import { comparedWithItself } from "./cancelled.js";
import { factorName, isOutput, LEAVE_OUT } from "./ends.js";
import { ALWAYS_ZERO, cancels, type Identity, type Sentences } from "./identity.js";
import { isZero, sourceOfZeros, unmoved } from "./spot.js";
import { ofOneEntry } from "./taken-away.js";
import { unitsOff } from "./units-off.js";

const SQUASHING: ReadonlySet<string> = operationsThat("squashes");
const PRODUCTS: ReadonlySet<string> = operationsThat("multiplies");
const CHOICES: ReadonlySet<string> = operationsThat("chooses");

/** A factor of zeros, and where the zeros come from. */
export const zeroFactor: Identity = {
  name: "a factor of zeros",
  of(spot) {
    const { parameter, step, origin, from } = spot;
    const { trace } = step;
    if (!PRODUCTS.has(origin.operation)) return undefined;
    const factor = origin.inputs.slice(0, 2).find((input) => input !== from && isZero(input.data));
    if (factor === undefined) return undefined;
    const source = sourceOfZeros(factor, trace);
    // A gate that is shut and one that is always chosen are one fault with what they weigh.
    const squashed = squashedBefore(source, trace);
    if (squashed !== undefined) return rangeSentences(squashed);
    if (source instanceof Parameter && source.trainable && isZero(parameter.data)) {
      const [first, second] = [parameter.label, source.label].sort();
      return {
        at: origin,
        phrase: "both factors of a product are 0",
        cause: `The ${origin.operation} here multiplies what ${first} and ${second} give, and both are 0 everywhere: the gradient of each is a product with the other, so neither ever leaves 0.`,
        repair: "Start one of the two away from 0, at random, and leave the other at 0.",
      };
    }
    const made = trace.origins.get(source);
    if (made !== undefined && made.inputs.length > 0) {
      const behind = { ...spot, origin: made, from: made.inputs[0] as Tensor };
      const found = ofOneEntry.of(behind) ?? comparedWithItself.of(behind) ?? unitsOff.of(behind);
      if (found !== undefined) return found;
    }
    const isBehind = made !== undefined && PRODUCTS.has(made.operation);
    const zeros = isBehind ? (made.inputs.find(({ data }) => isZero(data)) ?? factor) : factor;
    const { operation } = isBehind ? made : origin;
    return {
      at: isBehind ? made : origin,
      phrase: ALWAYS_ZERO,
      cause: `One factor of the ${operation} here, ${factorName(zeros)}, is 0 everywhere, so the gradient is 0 too.`,
      repair:
        step.index > 0
          ? "Keep this factor away from 0: it became 0 in training, so what makes it needs a bound above 0."
          : isTrainedFactor(zeros, step)
            ? "Start one of the two factors away from 0."
            : zeros instanceof Parameter
              ? "It is frozen and stays 0: let it be trained, unfreeze(), or start it away from 0."
              : "Look at how this factor is made, a division of whole numbers or a mask that keeps nothing, say: it must not be 0 everywhere.",
    };
  },
};

/** Whether training can move a factor. */
function isTrainedFactor(zeros: Tensor, { flow, parameters }: ObservedStep): boolean {
  return [...parameters.values()].some((one) => one.trainable && flow.influenceOf(one).has(zeros));
}

/** A dropout of nearly everything. */
export const droppedOut: Identity = {
  name: "all dropped",
  of({ origin }) {
    if (origin.operation !== "dropout" || !isZero(origin.tensor.data)) return undefined;
    return {
      at: origin,
      phrase: "dropout leaves nothing of what {they compute|it computes}",
      cause: `This dropout sets all entries to 0 ([${origin.tensor.shape}]): its share is so near 1 that nothing is left of them.`,
      repair: "Lower the share that it drops to a half or less.",
    };
  },
};

export const outOfRange: Identity = {
  name: "inputs out of range",
  of(spot) {
    const { origin } = spot;
    if (!SQUASHING.has(origin.operation) || cancels(spot)) return undefined;
    const found = rangeSentences(origin);
    const factor = largeFactorBefore(origin, spot.step);
    if (factor !== undefined) {
      return {
        ...found,
        repair: `Leave out the factor of ${numberText(factor)} before it, or divide by it.`,
      };
    }
    if (origin.operation !== "clamp" || !isOutput(origin, spot.step)) return found;
    const repair = isLogarithm(origin, spot.step) ? PROBABILITIES : `Leave clamp out here: ${LEAVE_OUT}`;
    return { ...found, repair };
  },
};

const PROBABILITIES =
  "The logarithm behind it takes probabilities: let sigmoid give them before the clamp, clamp(sigmoid(x), low, high), or take bceWithLogits(x, target) in the place of both.";

/** Whether its result, or what it leaves of 1, goes into a logarithm. */
function isLogarithm({ tensor }: Origin, { trace, flow }: ObservedStep): boolean {
  const ahead = new Set([tensor]);
  for (const one of ahead) {
    for (const { to } of flow.edgesOutOf(one)) {
      const operation = trace.origins.get(to)?.operation ?? "";
      if (operation === "log") return true;
      if (operation === "subtract" || operation === "negate" || MOVES.has(operation)) ahead.add(to);
    }
  }
  return false;
}

function rangeSentences(origin: Origin): Sentences {
  const { operation, tensor } = origin;
  return {
    at: origin,
    phrase: ALWAYS_ZERO,
    cause: `Every input of ${operation} here ([${tensor.shape}]) is out of its range: ${
      operation === "softmax" ? "it gives 1 to one entry and 0 to the others" : "its result is at the edge"
    }, its derivative is 0, and no gradient is passed on.`,
    repair: RANGE_REPAIRS[operation] ?? "Keep its inputs where it has a slope: smaller weights before it.",
  };
}

/** A constant factor right before an operation that throws its inputs out of range. */
export function largeFactorBefore({ inputs: [given] }: Origin, { trace }: ObservedStep): number | undefined {
  const before = given && trace.origins.get(given);
  const factor = before && constantFactor(before);
  return factor !== undefined && factor >= 10 ? factor : undefined;
}

const RANGE_REPAIRS: Readonly<Record<string, string>> = {
  softmax: "Keep its inputs where it has a slope: divide them by a larger temperature.",
  clamp: "Start its inputs between its bounds, smaller weights and biases before it, or leave the clamp out.",
};

/** The operation that is saturated everywhere, and that gave these zeros, or the larger tensor that they are of. */
function squashedBefore(zeros: Tensor, trace: Trace): Origin | undefined {
  const origin = trace.origins.get(unmoved(zeros, trace));
  if (origin === undefined || !SQUASHING.has(origin.operation)) return undefined;
  const { data } = origin.tensor;
  const isEdge = data.every((value) => value === 0 || value === 1 || value === -1);
  return isEdge && isFlat(origin) ? origin : undefined;
}

/** Whether a saturated operation passes nothing on, whatever comes. */
function isFlat({ tensor: { node, shape } }: Origin): boolean {
  if (node === undefined) return false;
  const passed = noGrad(() => node.backward(ones(shape, { dtype: node.inputs[0]?.dtype ?? "float32" })));
  return passed.every((one) => one === undefined || isZero(one.data));
}

/** The largest alone has a gradient: the others had no turn. */
export const notChosen: Identity = {
  name: "not the largest",
  of({ origin, step }) {
    const { trace, flow } = step;
    let reader: Origin | undefined = origin;
    while (reader !== undefined && MOVES.has(reader.operation)) {
      const [next] = flow.edgesOutOf(reader.tensor);
      reader = next && trace.origins.get(next.to);
    }
    if (reader === undefined || !CHOICES.has(reader.operation)) return undefined;
    const isAgainstFixed = BOUNDS.has(reader.operation) && reader.inputs.some((one) => !one.requiresGrad);
    return isAgainstFixed
      ? boundSentences(reader, step)
      : { excuse: `${reader.operation} chose another in these steps` };
  },
};

const BOUNDS: ReadonlySet<string> = new Set(["maximum", "minimum", "where"]);

/** A bound that every entry is beyond: nothing that is trained stands on the other side. */
function boundSentences(origin: Origin, step: ObservedStep): Sentences {
  const { operation, tensor } = origin;
  return {
    at: origin,
    phrase: ALWAYS_ZERO,
    cause: `Of every entry that ${operation} compares here ([${tensor.shape}]) it takes the other side, which nothing is trained for: no gradient is passed on.`,
    repair: isOutput(origin, step)
      ? `Take a bound that what goes in does not keep yet, for a hinge a margin above 0; or leave ${operation} out here.`
      : "Start what goes in where it is chosen, smaller weights and biases before it, or leave the choice out.",
  };
}
