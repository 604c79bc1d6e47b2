/** Heads that write how far a factor is from 1, or an offset from 0. */
import { initializers } from "../core/index.js";
import type { GeneratorStart, LayerInitializers } from "./initialization.js";

/**
 * A hundredth of the weights' size at the start: conditions differ from the first step on, and the mean square of what
 * is scaled grows by one in ten thousand.
 */
const DEVIATION = 0.01;

/** Numbers to start with are written exactly, so that the head starts at 0 where they are given. */
export function scaleInitializers(
  { initialization, conditionMeanSquare }: GeneratorStart,
  inputs: number,
): LayerInitializers {
  const zero = initializers.constant(0);
  if (typeof initialization === "object" || inputs === 0) return { weight: zero, bias: zero };
  return { weight: initializers.normal(DEVIATION / Math.sqrt(inputs * conditionMeanSquare)), bias: zero };
}
