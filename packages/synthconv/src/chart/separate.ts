/** Tells what became of colours apart from what depends on the place, by the places that each colour has. */
import { LeastSquares } from "../core/least-squares.js";
import { cauchyWeight, robustDeviation } from "../core/robust.js";
import type { FoundChart } from "./find-chart.js";
import { CHART_SIDE, COLOURS, LEVELS, type Patch, type Place } from "./layout.js";
import { COARSE_TERM, FINE_TERM, placeTerms, slopesOf, surroundings, TERMS } from "./place-terms.js";
import type { ColourPicture } from "./read-patches.js";

/** What is not colour: of a middle grey, in 255ths, where nothing else is said; null where that part was cropped away. */
export interface NotColour {
  /** The four corners of the chart less its center, in the mean: below 0 for a vignette. */
  readonly vignette: number | null;
  /** The right edge less the left one, and the lower less the upper. */
  readonly leftToRight: number | null;
  readonly topToBottom: number | null;
  /** Share by which what stands out of its surroundings is raised: of a few patches (sharpening), of a slice (clarity). */
  readonly sharpening: number;
  readonly localContrast: number;
  /** Standard deviation within a patch; null where patches are too small to have one. */
  readonly grain: number | null;
  /** Standard deviation (robust) of a colour's places when all of that is taken out. */
  readonly scatter: number;
}

export interface SeparatedChart {
  /** What became of each of the chart's colours, planar `[3,4096]`, 0 to 1; NaN for those that were cropped away. */
  readonly values: Float32Array;
  readonly notColour: NotColour;
}

/** Values and terms each know the other better in every round; the fifth moves no value by a tenth of a code. */
const ROUNDS = 5;
/** Clipped values follow no factor. */
const CLIPPED = 0.012;
/** Half a code of 8 bits: fewer never come apart, and a chart without noise would have no scale at all. */
const LEAST_SCATTER = 0.5 / 255;
/** Factors before and after a filter are nearly the same thing for a filter that does little. */
const RIDGE = 1e-7;

export function separate(picture: ColourPicture, found: FoundChart): SeparatedChart {
  const channels = [0, 1, 2].map((channel) => separateChannel(picture, found, channel));
  const values = new Float32Array(3 * COLOURS);
  channels.forEach((one, channel) => {
    one.values.forEach((value, colour) => {
      values[channel * COLOURS + colour] = Math.min(1, Math.max(0, value));
    });
  });
  const mean = (of: (one: SeparatedChannel) => number): number =>
    channels.reduce((sum, one) => sum + of(one), 0) / channels.length;
  const edge = CHART_SIDE / 2;
  /** The sum over these places, each times its factor; what the terms make of places without patches is no measurement. */
  const over = (...places: readonly (readonly [x: number, y: number, factor: number])[]): number | null => {
    const ends = places.map(([x, y, factor]) => ({ place: { x: x * edge, y: y * edge }, factor }));
    if (!ends.every(({ place }) => isSeen(found, place))) return null;
    return mean((one) => ends.reduce((sum, { place, factor }) => sum + factor * greyEffect(one, place), 0));
  };
  const { grain } = found.read;
  return {
    values,
    notColour: {
      vignette: over([1, 1, 0.25], [1, -1, 0.25], [-1, 1, 0.25], [-1, -1, 0.25]),
      leftToRight: over([1, 0, 1], [-1, 0, -1]),
      topToBottom: over([0, 1, 1], [0, -1, -1]),
      sharpening: mean(({ terms }) => terms[FINE_TERM] as number),
      localContrast: mean(({ terms }) => terms[COARSE_TERM] as number),
      grain: grain === undefined ? null : 255 * grain,
      scatter: 255 * mean(({ scatter }) => scatter),
    },
  };
}

/** How far the outermost patch may be: the grey border that may be cropped, and some patches with it. */
const NEAR = 0.08 * CHART_SIDE;

function isSeen({ read }: FoundChart, { x, y }: Place): boolean {
  return read.patches.some((patch) => Math.max(Math.abs(patch.x - x), Math.abs(patch.y - y)) < NEAR);
}

interface SeparatedChannel {
  readonly values: Float64Array;
  readonly terms: Float64Array;
  readonly scatter: number;
}

function separateChannel(picture: ColourPicture, found: FoundChart, channel: number): SeparatedChannel {
  const { read, pose } = found;
  const { patches } = read;
  const seen = read.means.subarray(channel * patches.length, (channel + 1) * patches.length);
  const around = surroundings(picture, channel, pose, patches);
  const weights = new Float64Array(patches.length).fill(1);
  let values = meansOf(patches, seen, weights);
  let terms: Float64Array = new Float64Array(TERMS);
  let scatter = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const rows = termsOf(patches, values, around);
    terms = solveTerms(patches, seen, rows, weights);
    const corrected = seen.map((value, nth) => {
      let effect = 0;
      for (let term = 0; term < TERMS; term++) {
        effect += (terms[term] as number) * (rows[nth * TERMS + term] as number);
      }
      return value - effect;
    });
    values = meansOf(patches, corrected, weights);
    scatter = reweigh(patches, corrected, values, weights);
  }
  return { values, terms, scatter };
}

function termsOf(patches: readonly Patch[], values: Float64Array, around: Float64Array): Float64Array {
  const slopes = slopesOf(values);
  const bends = slopesOf(slopes);
  const rows = new Float64Array(TERMS * patches.length);
  patches.forEach((patch, nth) => {
    const [value, slope, bend] = [values, slopes, bends].map((of) => of[patch.colour]) as [
      number,
      number,
      number,
    ];
    const surrounding = [around[2 * nth] as number, around[2 * nth + 1] as number];
    placeTerms(
      patch,
      { value, slope, bend, around: surrounding },
      rows.subarray(nth * TERMS, (nth + 1) * TERMS),
    );
  });
  return rows;
}

/** Only what differs between the places of one colour tells of the terms. */
function solveTerms(
  patches: readonly Patch[],
  seen: Float32Array,
  rows: Float64Array,
  weights: Float64Array,
): Float64Array {
  const used = weights.map((weight, nth) => {
    const value = seen[nth] as number;
    return value > CLIPPED && value < 1 - CLIPPED ? weight : 0;
  });
  const means = new Float64Array((TERMS + 1) * COLOURS);
  const sums = new Float64Array(COLOURS);
  patches.forEach(({ colour }, nth) => {
    const weight = used[nth] as number;
    sums[colour] = (sums[colour] as number) + weight;
    const mean = means.subarray(colour * (TERMS + 1), (colour + 1) * (TERMS + 1));
    for (let term = 0; term < TERMS; term++) {
      mean[term] = (mean[term] as number) + weight * (rows[nth * TERMS + term] as number);
    }
    mean[TERMS] = (mean[TERMS] as number) + weight * (seen[nth] as number);
  });
  const system = new LeastSquares(TERMS, 1);
  const features = new Float64Array(TERMS);
  patches.forEach(({ colour }, nth) => {
    const weight = used[nth] as number;
    if (weight === 0) return;
    const sum = sums[colour] as number;
    const mean = means.subarray(colour * (TERMS + 1), (colour + 1) * (TERMS + 1));
    for (let term = 0; term < TERMS; term++) {
      features[term] = (rows[nth * TERMS + term] as number) - (mean[term] as number) / sum;
    }
    system.add(features, [(seen[nth] as number) - (mean[TERMS] as number) / sum], weight);
  });
  return system.solve(RIDGE);
}

function meansOf(patches: readonly Patch[], seen: Float32Array, weights: Float64Array): Float64Array {
  const [sums, counts] = [new Float64Array(COLOURS), new Float64Array(COLOURS)];
  patches.forEach(({ colour }, nth) => {
    const weight = weights[nth] as number;
    sums[colour] = (sums[colour] as number) + weight * (seen[nth] as number);
    counts[colour] = (counts[colour] as number) + weight;
  });
  return sums.map((sum, colour) => sum / (counts[colour] as number));
}

/** A place far from the others of its colour (a mark, a scratch, a leak of light) counts little. */
function reweigh(
  patches: readonly Patch[],
  seen: Float32Array,
  values: Float64Array,
  weights: Float64Array,
): number {
  const distances = patches.map(({ colour }, nth) =>
    Math.abs((seen[nth] as number) - (values[colour] as number)),
  );
  const scatter = robustDeviation(distances);
  distances.forEach((distance, nth) => {
    weights[nth] = cauchyWeight(distance, Math.max(scatter, LEAST_SCATTER));
  });
  return scatter;
}

/** What the place does to a middle grey, in 255ths. */
function greyEffect({ values, terms }: SeparatedChannel, place: Place): number {
  const slopes = slopesOf(values);
  const grey = (of: Float64Array): number => {
    const stride = LEVELS * LEVELS + LEVELS + 1;
    return ((of[(LEVELS / 2 - 1) * stride] as number) + (of[(LEVELS / 2) * stride] as number)) / 2;
  };
  const effect = { value: grey(values), slope: grey(slopes), bend: grey(slopesOf(slopes)) };
  const row = placeTerms(place, effect, new Float64Array(TERMS));
  return 255 * row.reduce((sum, term, nth) => sum + term * (terms[nth] as number), 0);
}
