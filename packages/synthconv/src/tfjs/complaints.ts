/** The sentences about variables of TensorFlow.js that do not learn. */
import type { CallSite } from "../core/call-site.js";
import type { Complaint } from "../doctor/complaint.js";
import type { Place } from "../doctor/diagnosis.js";
import { placeOf } from "../doctor/place.js";
import type { LossEvent } from "./observed-loss.js";
import type { Operation, ZeroCause } from "./recorded-run.js";

/** Lines of TensorFlow.js, installed or from a content delivery network, are not the user's. */
const TENSORFLOW = /\/@tensorflow\/|\/tfjs-[a-z-]+\/(?:src|dist)\//;

/** The user's line. */
export function linePlace(site: CallSite | undefined): Place | undefined {
  return placeOf(site, TENSORFLOW);
}

/** The loss follows variables, and no gradient comes back; `event` is where the tape ends. */
export function cutComplaint(event: LossEvent | undefined): Complaint {
  const common = { status: "cut", place: linePlace(event?.site) } as const;
  switch (event?.kind) {
    case "assigned":
      return {
        ...common,
        fault: "assignedIntoParameter",
        phrase: "what {they compute|it computes} is assigned into a variable",
        cause: `Computed numbers are assigned into the variable ${event.variable?.name}: the tape of TensorFlow.js does not see it, so no gradient reaches what computed them, and what the optimizer writes there is lost.`,
        repair:
          "Weights are values: leave the variable out and pass the computed tensor itself to the operation, tf.conv2d(x, weight, ...) or pixelNetworkTfjs(tf, image, [{ weight }]).",
      };
    case "created":
      return {
        ...common,
        fault: "rewrappedAsParameter",
        phrase: "what {they compute|it computes} is made into a new variable",
        cause:
          "Computed numbers are made into a new tf.variable: a leaf, in front of which the tape ends, so no gradient reaches what computed them.",
        repair:
          "Weights are values: pass the computed tensor itself to the operation, tf.conv2d(x, weight, ...) or pixelNetworkTfjs(tf, image, [{ weight }]), and make no variable of it.",
      };
    default:
      return {
        ...common,
        fault: "plainNumbers",
        phrase: "what {they compute|it computes} goes on as plain numbers",
        cause:
          event === undefined
            ? "The loss changes when they do, but no operation on tensors leads from them to it, so no gradient comes back."
            : "Their numbers, or what is computed from them, are read here (dataSync, arraySync): plain numbers carry no gradient.",
        repair: "Write the calculation with operations on tensors from end to end.",
      };
  }
}

/** A variable that the loss overwrites before it reads it. */
export function overwrittenComplaint(event: LossEvent): Complaint {
  return { ...cutComplaint(event), status: "unused" };
}

/** TensorFlow.js refuses to compute the gradient. */
export function gradientlessComplaint(operation: string): Complaint {
  return {
    status: "cut",
    fault: "zeroDerivative",
    phrase: `what {they compute|it computes} goes through ${operation}, which has no gradient`,
    cause: `The loss is computed through ${operation}, for which TensorFlow.js has no gradient: minimize() throws.`,
    repair: `Train with a smooth function in its place (softmax for argMax, sigmoid for a comparison) and use ${operation} afterwards.`,
  };
}

/**
 * @param isKnown whether runs of the loss can be compared: false where each run gives another, or NaN.
 * @param end the operation whose result nothing reads.
 */
export function unusedComplaint(isKnown: boolean, end: Operation | undefined): Complaint {
  return {
    status: "unused",
    fault: "notWired",
    phrase: isKnown ? "the loss does not depend on {them|it}" : "no gradient reaches {them|it}",
    place: linePlace(end?.site),
    cause: isKnown
      ? `The loss stays the same to the bit when they change: ${end === undefined ? "what they compute is not used, or was computed outside of the loss function" : `nothing is computed from the result of ${end.kernel} here`}.`
      : "No gradient reaches them; the loss is not finite or not the same in every run, so that nobody can say whether it follows them.",
    repair:
      "Compute everything that they take part in inside of the loss function, and pass it on to the loss as tensors; set trainable to false for what is not to be trained.",
  };
}

/** A variable that takes part in the loss and lives for one run of it. */
export function madeInLossComplaint(event: LossEvent): Complaint {
  return {
    status: "unused",
    fault: "createdInForward",
    phrase: "a variable is made again in every run of the loss",
    place: linePlace(event.site),
    cause:
      "A trainable variable is made here whenever the loss is computed: it starts again each time, and stays in memory.",
    repair: "Make it, or the layer that it belongs to, once and outside of the loss function.",
  };
}

export const NOT_HELD: Complaint = {
  status: "notHeld",
  fault: "optimizerHoldsOthers",
  phrase: "minimize() is not told of {them|it}",
  cause: "A gradient arrives, and varList, the variables that minimize() is to update, is without them.",
  repair: "Add them to varList, or set trainable to false where that is meant.",
};

/** A gradient arrives, and it is 0 in every step. */
export function zeroComplaint(cause: ZeroCause | undefined): Complaint {
  const common = { status: "zero", place: linePlace(cause?.operation.site) } as const;
  const alwaysZero = { ...common, fault: "alwaysZero", phrase: "{their|its} gradient is always 0" } as const;
  const kernel = cause?.operation.kernel;
  switch (cause?.kind) {
    case "steps":
      return {
        ...common,
        fault: "zeroDerivative",
        phrase: `what {they compute|it computes} goes through ${kernel}, whose derivative is 0`,
        cause: `${kernel} is a function of steps: its derivative is 0 everywhere, and nothing before it learns.`,
        repair: `Train with a smooth function in its place (softmax for ArgMax) and use ${kernel} afterwards.`,
      };
    case "off":
      return {
        ...alwaysZero,
        cause: `Everything that ${kernel} gives is 0, for every input of the batch: its units are off, and no gradient passes them.`,
        repair: "Start its biases near 0 and initialize its weights by fan-in, or use leakyRelu.",
      };
    case "factor":
      return {
        ...alwaysZero,
        cause: `${kernel} multiplies with a tensor that is 0 everywhere, so the gradient is 0 too.`,
        repair: "Start one of the two factors away from 0.",
      };
    default:
      return {
        ...alwaysZero,
        cause:
          "A gradient arrives and is 0 in every step: units that are off for the whole batch, a factor of 0, or a function of steps.",
        repair:
          "Look at what follows them: start biases near 0 and weights by fan-in, use leakyRelu, and keep factors away from 0.",
      };
  }
}

export function nonFiniteComplaint({ of, step }: { of: string; step: number }): Complaint {
  return {
    status: "nonFinite",
    fault: "nonFinite",
    phrase: "NaN or Infinity comes up",
    cause: `Entries of the ${of} are NaN or infinite, first in step ${step}.`,
    repair:
      "tf.enableDebugMode() names the operation; keep logarithms and divisions away from 0, or lower the learning rate.",
  };
}
