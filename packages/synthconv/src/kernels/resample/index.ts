/** Planes in another size: each entry of an axis from a few others. The implementations, the best first. */
import { choose } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { nearestOnKernel } from "./nearest.js";
import { reference } from "./reference.js";
import type { Direction, Resampling } from "./types.js";
import { wasm } from "./wasm.js";

export type { AxisTaps, Direction, Resampling } from "./types.js";

/** Writes the planes of `to` from those of `from`: the larger or smaller ones, or by the transposed map the image's. */
export function resamplePlanes(
  one: Resampling,
  direction: Direction,
  from: FloatArray,
  to: FloatArray,
): void {
  choose("resample", [wasm, nearestOnKernel, reference], one, direction, from)(from, to);
}
