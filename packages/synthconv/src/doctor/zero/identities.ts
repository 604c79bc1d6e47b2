/**
 * Why an operation lets no influence of a parameter through: each an exact identity of what it computes, recognised
 * by the numbers, with a sentence and a repair of its own.
 */

import { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import type { Complaint } from "../complaint.js";
import { sentenceCase } from "../complaint.js";
import { placeOf } from "../place.js";
import { MOVES, type Origin } from "../trace.js";
import { isZero, passedOn, type Spot, sourceOfZeros, unmoved } from "./spot.js";

/** What an identity says of a spot; a reason in place of a complaint where nothing is wrong. */
export type Sentences =
  | (Pick<Complaint, "cause" | "phrase"> & Partial<Complaint> & { readonly at: Origin })
  | { readonly excuse: string };

export interface Identity {
  readonly name: string;
  readonly of: (spot: Spot) => Sentences | undefined;
}

const CONSTANT = "the loss is the same whatever {they are|it is}";
const ALWAYS_ZERO = "{their|its} gradient is always 0";
const SQUASHING: ReadonlySet<string> = new Set([
  "clamp",
  "tanh",
  "sigmoid",
  "softplus",
  "gelu",
  "silu",
  "softmax",
]);
const PRODUCTS: ReadonlySet<string> = new Set([
  "multiply",
  "divide",
  "matmul",
  "linear",
  "conv2d",
  "pixelNetwork",
]);

/** The straight-through estimator without its detach: the ways around the steps cancel each other. */
const straightThrough: Identity = {
  name: "straight through, without detach",
  of(spot) {
    const { step, origin, from } = spot;
    if (!cancels(spot)) return undefined;
    const influence = step.flow.influenceOf(from);
    const steps = step.trace.edges.find((edge) => edge.passage === "steps" && influence.has(edge.from));
    if (steps === undefined) return undefined;
    const name = step.trace.origins.get(steps.to)?.operation ?? "round";
    return {
      at: step.trace.origins.get(steps.to) ?? origin,
      fault: "zeroDerivative",
      phrase: `what {they compute|it computes} goes through ${name}, and the way around it cancels itself`,
      cause: `${sentenceCase(name)} is a function of steps, and the way around it was added and subtracted again: the two gradients cancel, what is left is 0.`,
      repair:
        'Detach the difference: add(x, subtract(y, x).detach({ reason: "straight-through" })), where y is x after the steps.',
    };
  },
};

const comparedWithItself: Identity = {
  name: "compared with itself",
  of({ step, origin }) {
    const residual = isZero(origin.tensor.data)
      ? origin
      : producerOf(
          origin.inputs.find(({ data }) => isZero(data)),
          step.trace.origins,
        );
    if (residual?.operation !== "subtract") return undefined;
    const [left, right] = residual.inputs as [Tensor, Tensor];
    if (left !== right && !(sameNumbers(left, right) && isTrained(left) && isTrained(right)))
      return undefined;
    return {
      at: residual,
      phrase: CONSTANT,
      cause:
        left === right
          ? "A tensor is compared with itself here: the difference is 0 whatever the network gives."
          : "Both sides of this difference are the same numbers, computed from the same parameters: it is 0 whatever they are.",
      repair: "Compare what the network gives with the target of the batch.",
    };
  },
};

const ofOneEntry: Identity = {
  name: "statistics of one entry",
  of({ step, origin, from }) {
    const readers = step.flow.edgesOutOf(from).map(({ to }) => step.trace.origins.get(to));
    const zeros = producerOf(
      origin.inputs.find(({ data }) => isZero(data)),
      step.trace.origins,
    );
    const difference = [origin, ...readers, zeros].find(
      (one) => one?.operation === "subtract" && isZero(one.tensor.data),
    );
    if (difference === undefined) return undefined;
    const statistic = difference.inputs
      .map((input) => step.trace.origins.get(unmoved(input, step.trace)))
      .find(isReduction);
    const [reduced] = statistic?.inputs ?? [];
    if (statistic === undefined || reduced?.size !== statistic.tensor.size) return undefined;
    return {
      at: difference,
      phrase: CONSTANT,
      cause: `The ${statistic.operation} here is over one entry, [${reduced.shape}] to [${statistic.tensor.shape}], which is its own ${statistic.operation}: what is left after it is subtracted is 0 whatever went in.`,
      repair:
        "Normalise over an axis that has more than one entry: give the batch more samples, or take the axis of the features.",
    };
  },
};

const softmaxSummed: Identity = {
  name: "softmax over its own axis",
  of({ step: { trace, loss }, origin, from }) {
    const softmax = origin.operation === "softmax" ? origin : trace.origins.get(unmoved(from, trace));
    if (softmax?.operation !== "softmax") return undefined;
    if (softmax.tensor.data.every((value) => value === 1)) {
      return {
        at: softmax,
        phrase: CONSTANT,
        cause: `The softmax here is over one entry ([${softmax.tensor.shape}]): it is 1 whatever went in.`,
        repair: "Use sigmoid for a single logit.",
      };
    }
    const reader = origin === softmax ? readerOf(softmax, trace.edges, trace.origins) : origin;
    if (reader === undefined || !isReduction(reader) || !isConstant(reader.tensor)) return undefined;
    void loss;
    return {
      at: softmax,
      phrase: CONSTANT,
      cause: `The softmax here goes on into a ${reader.operation} over its own axis: probabilities sum to 1 whatever went in.`,
    };
  },
};

/** A factor of zeros, and where the zeros come from. */
const zeroFactor: Identity = {
  name: "a factor of zeros",
  of(spot) {
    const { parameter, step, origin, from } = spot;
    const { trace } = step;
    if (!PRODUCTS.has(origin.operation)) return undefined;
    const factor = origin.inputs.slice(0, 2).find((input) => input !== from && isZero(input.data));
    if (factor === undefined) return undefined;
    const source = sourceOfZeros(factor, trace);
    if (source instanceof Parameter && source.trainable && isZero(parameter.data)) {
      const [first, second] = [parameter.label, source.label].sort();
      return {
        at: origin,
        phrase: "both factors of a product are 0",
        cause: `${sentenceCase(origin.operation)} multiplies what ${first} and ${second} give, and both are 0 everywhere: the gradient of each is a product with the other, so neither ever leaves 0.`,
        repair: "Start one of the two away from 0, at random, and leave the other at 0.",
      };
    }
    const made = trace.origins.get(source);
    if (made !== undefined && made.inputs.length > 0) {
      const behind = { ...spot, origin: made, from: made.inputs[0] as Tensor };
      const found = comparedWithItself.of(behind) ?? ofOneEntry.of(behind) ?? unitsOff.of(behind);
      if (found !== undefined) return found;
    }
    const isBehind = made !== undefined && PRODUCTS.has(made.operation);
    const zeros = isBehind ? (made.inputs.find(({ data }) => isZero(data)) ?? factor) : factor;
    const { operation } = isBehind ? made : origin;
    return {
      at: isBehind ? made : origin,
      phrase: ALWAYS_ZERO,
      cause: `${sentenceCase(operation)} multiplies with ${zeros.label}, which is 0 everywhere, so the gradient is 0 too.`,
      repair: "Start one of the two factors away from 0.",
    };
  },
};

const unitsOff: Identity = {
  name: "units that are off",
  of: ({ origin }) => (isOff(origin) ? offSentences(origin) : undefined),
};

const outOfRange: Identity = {
  name: "inputs out of range",
  of(spot) {
    const { origin } = spot;
    if (!SQUASHING.has(origin.operation) || cancels(spot)) return undefined;
    return {
      at: origin,
      phrase: ALWAYS_ZERO,
      cause: `The derivative of ${origin.operation} is 0 for every input of the batch ([${origin.tensor.shape}]), all of them out of its range: a gradient arrives, and none is passed on.`,
      repair: "Keep its inputs where it has a slope: smaller weights before it, or no clamp.",
    };
  },
};

/** `x - mean(x)`: what is added to all of x is taken away again. */
const shiftTakenAway: Identity = {
  name: "a shift that a normalisation takes away",
  of({ parameter, step: { trace, flow }, origin, from }) {
    if (origin.operation !== "subtract" || isZero(origin.tensor.data)) return undefined;
    const other = origin.inputs.find(
      (input) => unmoved(input, trace) !== unmoved(from, trace) || input.size !== from.size,
    );
    const statistic = origin.inputs
      .map((input) => trace.origins.get(unmoved(input, trace)))
      .find(isReduction);
    if (other === undefined || statistic === undefined || !flow.influenceOf(parameter).has(statistic.tensor))
      return undefined;
    return {
      at: origin,
      phrase: "a normalisation takes {them|it} away",
      cause: `The ${statistic.operation} is subtracted here: what {these parameters add|this parameter adds} to all entries alike is taken away with it, and the loss is the same whatever {they are|it is}.`,
      repair: "Make the layer without it, { bias: false }, and add a bias behind the normalisation.",
    };
  },
};

/** `x / |x|` of one entry is its sign. */
const sizeTakenAway: Identity = {
  name: "a size that a normalisation takes away",
  of({ parameter, step: { trace, flow }, origin }) {
    if (origin.operation !== "divide") return undefined;
    const [value, divisor] = origin.inputs as [Tensor, Tensor];
    if (!flow.influenceOf(parameter).has(divisor) || divisor.size !== value.size) return undefined;
    if (!origin.tensor.data.every((entry) => Math.abs(Math.abs(entry) - 1) < 1e-5)) return undefined;
    void trace;
    return {
      at: origin,
      phrase: CONSTANT,
      cause: `Each entry is divided by its own size here ([${value.shape}] by [${divisor.shape}]): what is left is its sign, whose derivative is 0.`,
      repair: "Take the size over an axis that has more than one entry, or leave the division out.",
    };
  },
};

/** What is added to both sides of a difference: the last bias of a critic that is shown two batches. */
const sameOnBothSides: Identity = {
  name: "the same on both sides",
  of(spot) {
    const { parameter, from, step } = spot;
    if (from !== parameter || step.flow.edgesOutOf(parameter).length < 2 || !cancels(spot)) return undefined;
    return { excuse: "what it adds to one side of a difference it adds to the other" };
  },
};

/** The largest alone has a gradient: the others had no turn. */
const notChosen: Identity = {
  name: "not the largest",
  of({ origin, step: { trace, flow } }) {
    let reader: Origin | undefined = origin;
    while (reader !== undefined && MOVES.has(reader.operation)) {
      const [next] = flow.edgesOutOf(reader.tensor);
      reader = next && trace.origins.get(next.to);
    }
    return reader?.operation === "max" ? { excuse: "max chose another in these steps" } : undefined;
  },
};

export const IDENTITIES: readonly Identity[] = [
  straightThrough,
  sameOnBothSides,
  comparedWithItself,
  ofOneEntry,
  softmaxSummed,
  zeroFactor,
  unitsOff,
  notChosen,
  sizeTakenAway,
  shiftTakenAway,
  outOfRange,
];

/** The first identity that holds, else a sentence that says what was seen and no more. */
export function explainSpot(spot: Spot): { complaint: Complaint } | { excuse: string } {
  for (const identity of IDENTITIES) {
    const found = identity.of(spot);
    if (found === undefined) continue;
    if ("excuse" in found) return found;
    const { at, ...sentences } = found;
    return { complaint: { status: "zero", fault: "alwaysZero", place: placeOf(at.site), ...sentences } };
  }
  const { origin, from, parameter } = spot;
  if (from === parameter) return { excuse: "its gradient sums to 0 over the batch" };
  return {
    complaint: {
      status: "zero",
      fault: "alwaysZero",
      phrase: ALWAYS_ZERO,
      place: placeOf(origin.site),
      cause: `A gradient arrives at ${origin.operation}, and what it passes on is 0 for every input of the batch ([${origin.tensor.shape}]).`,
    },
  };
}

function offSentences(origin: Origin): Sentences {
  return {
    at: origin,
    phrase: ALWAYS_ZERO,
    cause: `Everything that ${origin.operation} gives is 0, for every input of the batch ([${origin.tensor.shape}]): its units are off, and no gradient passes them.`,
    repair: "Start its biases near 0 and initialize its weights by fan-in, or use leakyRelu.",
  };
}

function isOff({ operation, tensor, inputs }: Origin): boolean {
  return (
    operation === "relu" &&
    isZero(tensor.data) &&
    inputs.every(({ data }) => data.every((value) => value <= 0))
  );
}

function cancels(spot: Spot): boolean {
  const passed = passedOn(spot);
  return passed.some((gradient) => !isZero(gradient)) && isZero(spot.step.gradients.get(spot.from)?.data);
}

function producerOf(zeros: Tensor | undefined, origins: ReadonlyMap<Tensor, Origin>): Origin | undefined {
  return zeros && origins.get(zeros);
}

function readerOf(
  origin: Origin,
  edges: readonly { from: Tensor; to: Tensor }[],
  origins: ReadonlyMap<Tensor, Origin>,
): Origin | undefined {
  const edge = edges.find(({ from }) => from === origin.tensor);
  return edge && origins.get(edge.to);
}

function isReduction(origin: Origin | undefined): origin is Origin {
  return origin?.operation === "mean" || origin?.operation === "sum";
}

function isConstant({ data }: Tensor): boolean {
  return data.every((value) => Math.abs(value - (data[0] as number)) <= 1e-5 * Math.abs(data[0] as number));
}

function isTrained({ node }: Tensor): boolean {
  return node !== undefined;
}

function sameNumbers(a: Tensor, b: Tensor): boolean {
  return a.size === b.size && a.data.every((value, index) => value === b.data[index]);
}
