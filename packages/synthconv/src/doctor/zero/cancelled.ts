/** Two ways from a parameter that cancel each other. */
import type { Tensor } from "../../autograd/tensor.js";
import type { ObservedStep } from "../observed-step.js";
import type { Origin } from "../trace.js";
import { CONSTANT, cancels, type Identity, producerOf } from "./identity.js";
import { isZero, type Spot } from "./spot.js";

/** The straight-through estimator without its detach: the ways around the steps cancel each other. */
export const straightThrough: Identity = {
  name: "straight through, without detach",
  of(spot) {
    const { step, origin, from } = spot;
    // Where the steps come first, it is the other ways from here, or from before, that cancel.
    if (!cancels(spot) && !(goesThroughSteps(spot) && isCancelledBefore(spot))) return undefined;
    const influence = step.flow.influenceOf(from);
    const steps = step.trace.edges.find((edge) => edge.passage === "steps" && influence.has(edge.from));
    if (steps === undefined) return undefined;
    const name = step.trace.origins.get(steps.to)?.operation ?? "round";
    return {
      at: step.trace.origins.get(steps.to) ?? origin,
      fault: "zeroDerivative",
      phrase: `what {they compute|it computes} goes through ${name}, and the way around it cancels itself`,
      cause: `The ${name} here is a function of steps, and the way around it was added and subtracted again: the two gradients cancel, what is left is 0.`,
      repair:
        'Detach the difference: add(x, subtract(y, x).detach({ reason: "straight-through" })), where y is x after the steps.',
    };
  },
};

export const comparedWithItself: Identity = {
  name: "compared with itself",
  of({ parameter, step, origin }) {
    const zeros = producerOf(
      origin.inputs.find(({ data }) => isZero(data)),
      step.trace.origins,
    );
    // A square or an absolute value of the difference is 0, too.
    const residual = [origin, zeros].find((one) => one?.operation === "subtract" && isZero(one.tensor.data));
    if (residual === undefined) return undefined;
    const [left, right] = residual.inputs as [Tensor, Tensor];
    const influence = step.flow.influenceOf(parameter);
    const isComputed = (side: Tensor): boolean => side.node !== undefined || influence.has(side);
    if (left !== right && !(sameNumbers(left, right) && isComputed(left) && isComputed(right)))
      return undefined;
    const isConstant = left !== right && (left.node === undefined || right.node === undefined);
    return {
      at: residual,
      phrase: CONSTANT,
      cause:
        left === right
          ? "A tensor is compared with itself here: the difference is 0 whatever the network gives."
          : "Both sides of this difference are the same numbers, computed from the same parameters: it is 0 whatever they are.",
      repair: isRatio(residual, step)
        ? 'Take the old numbers as they were when the actions were drawn: of the batch, or held, old.detach({ reason: "the old policy" }).'
        : isConstant
          ? "Compare what the network gives with the target of the batch; where a teacher gives it, with a module that has weights of its own."
          : "Compare what the network gives with the target of the batch.",
    };
  },
};

/** A difference of logarithms whose exponential is a ratio of new to old probabilities. */
function isRatio({ tensor }: Origin, { flow, trace }: ObservedStep): boolean {
  return flow.edgesOutOf(tensor).some(({ to }) => trace.origins.get(to)?.operation === "exp");
}

/** The difference of the same logarithms, each computed from the parameter: their ratio is 1 whatever it is. */
function ratioOfTwins({ parameter, step }: Spot): Origin | undefined {
  const { trace, flow } = step;
  const influence = flow.influenceOf(parameter);
  return [...trace.origins.values()].find((origin) => {
    const {
      operation,
      inputs: [left, right],
      tensor,
    } = origin;
    return (
      operation === "subtract" &&
      left !== undefined &&
      right !== undefined &&
      influence.has(left) &&
      influence.has(right) &&
      left.requiresGrad &&
      right.requiresGrad &&
      isZero(tensor.data) &&
      flow.feedsTape(tensor) &&
      isRatio(origin, step)
    );
  });
}

/** What is added to both sides of a difference: the last bias of a critic that is shown two batches. */
export const sameOnBothSides: Identity = {
  name: "the same on both sides",
  of(spot) {
    const { parameter, from, step, origin } = spot;
    const excuse = { excuse: "what it adds to one side of a difference it adds to the other" };
    const twins = from === parameter ? ratioOfTwins(spot) : undefined;
    if (twins !== undefined) return comparedWithItself.of({ ...spot, origin: twins });
    if (from === parameter) {
      return step.flow.edgesOutOf(parameter).length > 1 && cancels(spot) ? excuse : undefined;
    }
    const influence = step.flow.influenceOf(parameter);
    const isDifference = origin.operation === "subtract" && !isZero(origin.tensor.data);
    return isDifference && origin.inputs.every((input) => influence.has(input)) ? excuse : undefined;
  },
};

/** What is added and taken away again, whatever stands between. */
export const takenBack: Identity = {
  name: "taken back",
  of(spot) {
    const { from, parameter, step } = spot;
    const ways = step.flow.edgesOutOf(from).flatMap(({ to }) => step.trace.origins.get(to) ?? []);
    const last = ways.at(-1);
    if (from === parameter || ways.length < 2 || last === undefined || !cancels(spot)) return undefined;
    return {
      at: last,
      phrase: CONSTANT,
      cause: `What {these parameters give|this parameter gives} goes on by ${ways.length} ways, and they cancel: the ${last.operation} here takes back what another one added, and the gradient is 0 for every input.`,
      repair: "Leave one of the ways out: what is added and subtracted again is not there.",
    };
  },
};

/** Whether something on the way from the parameter to here has other ways, whose gradients cancel. */
function isCancelledBefore({ parameter, from, step }: Spot): boolean {
  const { flow, trace } = step;
  return [...flow.influenceOf(parameter)].some((tensor) => {
    if (tensor !== from && !flow.influenceOf(tensor).has(from)) return false;
    return flow.edgesOutOf(tensor).some(({ to }) => {
      const origin = trace.origins.get(to);
      return origin !== undefined && cancels({ parameter, origin, from: tensor, step });
    });
  });
}

function goesThroughSteps({ step, origin, from }: Spot): boolean {
  return step.flow.edgesOutOf(from).some(({ to, passage }) => to === origin.tensor && passage === "steps");
}

function sameNumbers(a: Tensor, b: Tensor): boolean {
  return a.size === b.size && a.data.every((value, index) => value === b.data[index]);
}
