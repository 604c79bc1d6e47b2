/** A way that is scaled down so far that the sum behind it does not feel it. */
import type { Tensor } from "../../autograd/tensor.js";
import { constantFactor } from "../constant-factor.js";
import { numberText } from "../report/words.js";
import { MOVES, type Origin } from "../trace.js";
import type { Identity } from "./identity.js";
import type { Spot } from "./spot.js";

/** That nothing of it is felt has been measured; a factor above this is one cause among others. */
const SMALL = 1e-3;

export const smallFactor: Identity = {
  name: "a factor that leaves nothing",
  of(spot) {
    const { origin } = spot;
    // A layer with a bias is a sum as well.
    const isSum = origin.operation === "add" || origin.operation === "subtract" || origin.inputs.length === 3;
    if (!isSum) return undefined;
    const found = factorBefore(spot);
    if (found === undefined) return undefined;
    return {
      at: found.origin,
      phrase: "a factor leaves nothing of what {they compute|it computes}",
      cause: `This ${found.origin.operation} makes what it gets ${numberText(found.factor)} times as large, and the ${origin.operation} behind it does not feel that: the loss is the same whatever {they are|it is}.`,
      repair: "Leave the factor out, or take one of about 0.1.",
    };
  },
};

/** What leaves small numbers about as small as they are: operations that move them, and products with an image. */
const PASSES: ReadonlySet<string> = new Set([...MOVES, "relu", "leakyRelu", "tanh", "conv2d", "linear"]);

function factorBefore({ from, step: { trace } }: Spot): { origin: Origin; factor: number } | undefined {
  let current: Tensor | undefined = from;
  while (current !== undefined) {
    const origin: Origin | undefined = trace.origins.get(current);
    if (origin === undefined) return undefined;
    const factor = constantFactor(origin);
    if (factor !== undefined && factor < SMALL) return { origin, factor };
    if (factor === undefined && !PASSES.has(origin.operation)) return undefined;
    current = origin.inputs.find(({ requiresGrad }) => requiresGrad);
  }
  return undefined;
}
