/** What a normalisation takes away: sizes, shifts, all there is. */
import type { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import type { ObservedStep } from "../observed-step.js";
import { operationsThat } from "../operations.js";
import { MOVES, type Origin } from "../trace.js";
import { CONSTANT, type Identity, isReduction, producerOf } from "./identity.js";
import { isZero, unmoved } from "./spot.js";

export const ofOneEntry: Identity = {
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
    const statistic = statisticIn(difference, step);
    const [reduced] = statistic?.inputs ?? [];
    if (statistic === undefined || reduced?.size !== statistic.tensor.size) return undefined;
    // The same mean may be subtracted for the deviation and for the result: the last is the result's.
    const last = [...step.trace.origins.values()].findLast(
      (one) => one.operation === "subtract" && statisticIn(one, step) === statistic,
    );
    return {
      at: last ?? difference,
      phrase: CONSTANT,
      cause: `The ${statistic.operation} here is over one entry, [${reduced.shape}] to [${statistic.tensor.shape}], which is its own ${statistic.operation}: what is left after it is subtracted is 0 whatever went in.`,
      repair:
        "Normalise over an axis that has more than one entry: give the batch more samples, or take the axis of the features. The layer before it needs no bias then, { bias: false }: a normalisation takes it away.",
    };
  },
};

function statisticIn({ inputs }: Origin, { trace }: ObservedStep): Origin | undefined {
  return inputs.map((input) => trace.origins.get(unmoved(input, trace))).find(isReduction);
}

const LOGS: ReadonlySet<string> = new Set(["logSoftmax", "crossEntropy"]);

export const softmaxSummed: Identity = {
  name: "softmax over its own axis",
  of({ step, origin, from }) {
    const { trace } = step;
    if (LOGS.has(origin.operation) && from.shape.at(-1) === 1 && isZero(origin.tensor.data)) {
      return {
        at: origin,
        phrase: CONSTANT,
        cause: `The ${origin.operation} here is over one entry ([${from.shape}]): its share is 1 and the log of it 0, whatever went in.`,
        repair:
          "Give it more than one entry to tell apart, other samples or other classes; for a single logit use bceWithLogits.",
      };
    }
    const softmax = origin.operation === "softmax" ? origin : trace.origins.get(unmoved(from, trace));
    if (softmax?.operation !== "softmax") return undefined;
    if (softmax.tensor.data.every((value) => value === 1)) {
      return {
        at: softmax,
        phrase: CONSTANT,
        cause: `The softmax here is over one entry ([${softmax.tensor.shape}]): it is 1 whatever went in.`,
        repair:
          softmax.tensor.shape.slice(1).every((side) => side === 1) && softmax.tensor.rank > 2
            ? `Give it more than one entry to choose from: what it weighs was pooled or cut down to one before, [${softmax.tensor.shape}]; leave that out.`
            : softmax.tensor.rank > 2
              ? "Take it over an axis of more entries, softmax(x, 1), where its shares are to be of these; for a single logit use sigmoid."
              : "Use sigmoid for a single logit.",
      };
    }
    const reader = origin === softmax ? readerOf(softmax, trace.edges, trace.origins) : origin;
    if (reader === undefined || !isReduction(reader) || !isConstant(reader.tensor)) return undefined;
    return {
      at: softmax,
      phrase: CONSTANT,
      cause: `The softmax here goes on into a ${reader.operation} over its own axis: probabilities sum to 1 whatever went in.`,
      repair: weighs(reader, step)
        ? "Multiply what the shares are to weigh with them first, and sum then: sum(multiply(values, shares), { axes })."
        : "Leave this term out, or take of the probabilities what differs: the largest, max(p, { axes: -1 }), or the entropy, sum(multiply(p, log(p))).",
    };
  },
};

/** A softmax is the same for inputs that are all larger by one number: the bias of the keys of an attention. */
export const shiftBeforeSoftmax: Identity = {
  name: "a shift before a softmax",
  of({ parameter, step, origin, from }) {
    // A gradient passes the softmax: what ends here is this parameter's influence alone.
    const isShare = origin.operation === "softmax" || LOGS.has(origin.operation);
    if (!isShare || isZero(step.gradients.get(from)?.data)) return undefined;
    // Every attention has such a bias, and every layer that scores: what it belongs to learns.
    if (isBiasOfLayer(parameter, step) || isBeforeProduct(parameter, from, step)) {
      return { excuse: "a softmax takes away what a bias adds to all of its entries" };
    }
    return {
      at: origin,
      phrase: "a softmax takes {them|it} away",
      cause:
        "A softmax is the same when all entries along its axis grow alike, and that is all that {these parameters do|this parameter does} to them: the loss is the same whatever {they are|it is}.",
      repair: "Leave {them|it} out, or add {them|it} behind the softmax: nothing else changes.",
    };
  },
};

/** `x - mean(x)`: what is added to all of x is taken away again. */
export const shiftTakenAway: Identity = {
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

const NORMALISATIONS: ReadonlySet<string> = operationsThat("normalizes");

/** A normalisation of one operation over one entry. */
export const normalisedOne: Identity = {
  name: "a normalisation of one entry",
  of({ origin, from }) {
    const { operation, inputs, tensor } = origin;
    if (!NORMALISATIONS.has(operation) || inputs[0] !== from) return undefined;
    if (!tensor.data.every((value) => Math.abs(value) < 1e-3)) return undefined;
    return {
      at: origin,
      phrase: CONSTANT,
      cause: `The ${operation} here gives 0 for all of [${from.shape}]: over one entry its mean is the entry itself, and nothing is left whatever went in.`,
      repair: "Normalise over an axis that has more than one entry, or leave the normalisation out.",
    };
  },
};

/** The same where the normalisation is one operation. */
export const shiftNormalised: Identity = {
  name: "a shift before a normalisation of one operation",
  of({ parameter, origin: { operation, inputs }, from, origin, step }) {
    if (!NORMALISATIONS.has(operation) || inputs[0] !== from) return undefined;
    if (isZero(step.gradients.get(origin.tensor)?.data)) return undefined;
    return {
      at: origin,
      ...harmless(parameter, from, step),
      phrase: "a normalisation takes {them|it} away",
      cause: `The ${operation} here takes the mean and the size of what goes in away, and all that {these parameters do|this parameter does} to it is such a shift or factor: the loss is the same whatever {they are|it is}.`,
      repair:
        step.trace.origins.get(unmoved(from, step.trace))?.operation === "add"
          ? `Add what {they make|it makes} behind the ${operation}, where a shift stays; or leave {them|it} out.`
          : `Leave {them|it} out, { bias: false } for the bias of a layer: ${inputs.length > 1 ? `${operation} has a scale and a bias of its own behind it` : `what is to shift the result is added behind ${operation}`}.`,
    };
  },
};

/** `s x / |s x|`: what makes all of x larger or smaller by one factor is divided away. */
export const factorTakenAway: Identity = {
  name: "a factor that a normalisation takes away",
  of({ parameter, step: { flow }, origin }) {
    const [value, divisor] = origin.inputs;
    if (origin.operation !== "divide" || value === undefined || divisor === undefined) return undefined;
    const influence = flow.influenceOf(parameter);
    if (!influence.has(value) || !influence.has(divisor) || divisor.size > value.size) return undefined;
    return {
      at: origin,
      phrase: "a normalisation takes {them|it} away",
      cause:
        "The division here is by the size of what is divided: {these parameters make|this parameter makes} both larger by the same factor, and the loss is the same whatever {they are|it is}.",
      repair: "Leave {them|it} out, or multiply with {them|it} behind the division.",
    };
  },
};

/** `x / |x|` of one entry is its sign. */
export const sizeTakenAway: Identity = {
  name: "a size that a normalisation takes away",
  of({ parameter, step: { flow }, origin }) {
    if (origin.operation !== "divide") return undefined;
    const [value, divisor] = origin.inputs as [Tensor, Tensor];
    if (!flow.influenceOf(parameter).has(divisor) || divisor.size !== value.size) return undefined;
    if (!origin.tensor.data.every((entry) => Math.abs(Math.abs(entry) - 1) < 1e-5)) return undefined;
    return {
      at: origin,
      phrase: CONSTANT,
      cause: `Each entry is divided by its own size here ([${value.shape}] by [${divisor.shape}]): what is left is its sign, whose derivative is 0.`,
      repair: "Take the size over an axis that has more than one entry, or leave the division out.",
    };
  },
};

/** Whether what is summed goes on as a factor. */
function weighs({ tensor }: Origin, { trace, flow }: ObservedStep): boolean {
  const met = new Set([tensor]);
  for (const one of met) {
    for (const { to } of flow.edgesOutOf(one)) {
      const reader = trace.origins.get(to);
      if (reader?.operation === "multiply" && reader.inputs.some((other) => other.size > one.size))
        return true;
      if (reader !== undefined && MOVES.has(reader.operation)) met.add(to);
    }
  }
  return false;
}

function readerOf(
  origin: Origin,
  edges: readonly { from: Tensor; to: Tensor }[],
  origins: ReadonlyMap<Tensor, Origin>,
): Origin | undefined {
  const edge = edges.find(({ from }) => from === origin.tensor);
  return edge && origins.get(edge.to);
}

function isConstant({ data }: Tensor): boolean {
  return data.every((value) => Math.abs(value - (data[0] as number)) <= 1e-5 * Math.abs(data[0] as number));
}

/** Half of all networks have such biases right before a layer of normalisation: numbers to spare, and no harm. */
function harmless(
  parameter: Parameter,
  from: Tensor,
  { trace }: ObservedStep,
): { readonly severity?: "warning" } {
  const layer = trace.origins.get(unmoved(from, trace));
  return layer?.inputs[2] === parameter ? { severity: "warning" } : {};
}

function isBiasOfLayer(parameter: Parameter, { trace, flow }: ObservedStep): boolean {
  return flow.edgesOutOf(parameter).some(({ to }) => {
    const layer = trace.origins.get(to);
    return layer?.inputs[2] === parameter && ["linear", "conv2d"].includes(layer.operation);
  });
}

/** Whether a product with other values lies between: the scores of queries and keys. */
function isBeforeProduct(parameter: Parameter, from: Tensor, { trace, flow }: ObservedStep): boolean {
  return [...flow.influenceOf(parameter)].some(
    (one) => trace.origins.get(one)?.operation === "matmul" && flow.influenceOf(one).has(from),
  );
}
