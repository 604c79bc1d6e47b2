/** A way that is scaled down so far that the sum behind it does not feel it. */
import type { Tensor } from "../../autograd/tensor.js";
import { constantFactor } from "../constant-factor.js";
import { numberText } from "../report/words.js";
import { MOVES, type Origin } from "../trace.js";
import type { Identity } from "./identity.js";
import type { Spot } from "./spot.js";

/** A float32 sum keeps about 1e-7 of itself; nobody scales a branch by less than this on purpose. */
const SMALL = 1e-5;

export const smallFactor: Identity = {
  name: "a factor that leaves nothing",
  of(spot) {
    const { origin } = spot;
    if (origin.operation !== "add" && origin.operation !== "subtract") return undefined;
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

function factorBefore({ from, step: { trace } }: Spot): { origin: Origin; factor: number } | undefined {
  let current: Tensor | undefined = from;
  while (current !== undefined) {
    const origin: Origin | undefined = trace.origins.get(current);
    if (origin === undefined) return undefined;
    const factor = constantFactor(origin);
    if (factor !== undefined && factor < SMALL) return { origin, factor };
    if (factor === undefined && !MOVES.has(origin.operation)) return undefined;
    current = origin.inputs.find(({ requiresGrad }) => requiresGrad);
  }
  return undefined;
}
