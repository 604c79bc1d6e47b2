/** What a filter may do to a patch beside what it does to its colour: by where it stands, and by what stands around it. */
import { BoxSums } from "../core/box-sums.js";
import { CHART_SIDE, COLOURS, LEVELS, levelsOf, PATCH, type Patch, type Place } from "./layout.js";
import { type Pose, placed, scaleOf } from "./pose.js";
import type { ColourPicture } from "./read-patches.js";

/** Smooth functions of the place that are 0 at the center, where a vignette leaves colours alone. */
const PLACE_TERMS = 9;
/** On what is there already, beside it, and on what goes into the filter. */
const FAMILIES = 4;
/** Half the side of a patch's surroundings, in patches: those that sharpening reads, and those of local contrast. */
const SURROUNDINGS = [2, 12] as const;
export const TERMS: number = FAMILIES * PLACE_TERMS + SURROUNDINGS.length;
export const FINE_TERM: number = FAMILIES * PLACE_TERMS;
export const COARSE_TERM: number = FINE_TERM + 1;

/** A corner of the chart is 1 from its center. */
const UNIT = CHART_SIDE / Math.SQRT2;

function placeFunctions({ x, y }: Place, out: Float64Array): void {
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

const scratch = new Float64Array(PLACE_TERMS);

/**
 * The terms of a patch: a factor to what became of its colour, a summand, and a factor to the colour before (by the
 * slope of what becomes of colours as they grow from black), each by the place; then how far it is from its surroundings.
 *
 * @param value what became of the colour.
 * @param slope by how much that grows with the colour, times the colour.
 * @param around means of its surroundings; absent for a patch in the middle of its like.
 */
export function placeTerms(
  place: Place,
  {
    value,
    slope,
    bend,
    around = [],
  }: { value: number; slope: number; bend: number; around?: readonly number[] },
  out: Float64Array,
): Float64Array {
  placeFunctions(place, scratch);
  for (let term = 0; term < PLACE_TERMS; term++) {
    const at = scratch[term] as number;
    out[term] = at * value;
    out[PLACE_TERMS + term] = at;
    out[2 * PLACE_TERMS + term] = at * slope;
    out[3 * PLACE_TERMS + term] = at * bend;
  }
  SURROUNDINGS.forEach((_, nth) => {
    out[FINE_TERM + nth] = value - (around[nth] ?? value);
  });
  return out;
}

/** By how much each colour's value grows with the colour, times the colour: the derivative along the ray from black. */
export function slopesOf(values: Float64Array): Float64Array {
  const slopes = new Float64Array(COLOURS);
  for (let colour = 0; colour < COLOURS; colour++) {
    let slope = 0;
    levelsOf(colour).forEach((level, channel) => {
      const stride = LEVELS ** (2 - channel);
      const [low, high] = [Math.max(0, level - 1), Math.min(LEVELS - 1, level + 1)];
      const rise =
        (values[colour + (high - level) * stride] as number) -
        (values[colour + (low - level) * stride] as number);
      // A colour that was cropped away says nothing of its neighbours.
      if (Number.isFinite(rise)) slope += (rise / (high - low)) * level;
    });
    slopes[colour] = slope;
  }
  return slopes;
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
