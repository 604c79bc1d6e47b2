/** What a filter may do to a patch beside what it does to its colour: by where it stands, and by what stands around it. */
import { BoxSums } from "../core/box-sums.js";
import { CHART_SIDE, PATCH, type Patch, type Place } from "./layout.js";
import { type Pose, placed, scaleOf } from "./pose.js";
import type { ColourPicture } from "./read-patches.js";

/** Smooth functions of the place that are 0 at the center, where a vignette leaves colours alone. */
export const PLACE_TERMS = 9;
/** Half the side of a patch's surroundings, in patches: those that sharpening reads, and those of local contrast. */
const SURROUNDINGS = [2, 12] as const;
/** Of one channel, behind the filter: a factor and a summand by the place, and how far a patch is from its surroundings. */
export const CHANNEL_TERMS: number = 2 * PLACE_TERMS + SURROUNDINGS.length;
export const FINE_TERM: number = 2 * PLACE_TERMS;
export const COARSE_TERM: number = FINE_TERM + 1;

/** A corner of the chart is 1 from its center. */
const UNIT = CHART_SIDE / Math.SQRT2;

/** @param out `[PLACE_TERMS]` */
export function placeFunctions({ x, y }: Place, out: Float64Array): void {
  const [u, v] = [x / UNIT, y / UNIT];
  const square = u * u + v * v;
  out[0] = u;
  out[1] = v;
  out[2] = u * u;
  out[3] = u * v;
  out[4] = v * v;
  out[5] = u * square;
  out[6] = v * square;
  out[7] = square ** 2;
  out[8] = square ** 3;
}

/** Means of the surroundings of each patch, `[patches,2]` for one channel. */
export function surroundings(
  { width, height, planes }: ColourPicture,
  channel: number,
  pose: Pose,
  patches: readonly Patch[],
): Float64Array {
  const pixels = width * height;
  const sums = new BoxSums(planes.subarray(channel * pixels, (channel + 1) * pixels), width, height);
  const means = new Float64Array(SURROUNDINGS.length * patches.length);
  patches.forEach((patch, nth) => {
    const { x, y } = placed(pose, patch);
    SURROUNDINGS.forEach((radius, which) => {
      const half = radius * PATCH * scaleOf(pose);
      const [left, top, right, bottom] = [x - half, y - half, x + half, y + half].map(Math.round) as [
        number,
        number,
        number,
        number,
      ];
      means[nth * SURROUNDINGS.length + which] = sums.mean(left, top, right, bottom);
    });
  });
  return means;
}
