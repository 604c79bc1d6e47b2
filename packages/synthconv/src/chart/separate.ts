/** Tells what became of colours apart from what depends on the place, by the places that each colour has. */
import type { FoundChart } from "./find-chart.js";
import { CHART_SIDE, COLOURS, LEVELS, type Place } from "./layout.js";
import { PlaceFit } from "./place-fit.js";
import { COARSE_TERM, FINE_TERM } from "./place-terms.js";
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

export function separate(picture: ColourPicture, found: FoundChart): SeparatedChart {
  const fit = new PlaceFit(picture, found);
  fit.run();
  const edge = CHART_SIDE / 2;
  /** The sum over these places, each times its factor; what the terms make of places without patches is no measurement. */
  const over = (...places: readonly (readonly [x: number, y: number, factor: number])[]): number | null => {
    const ends = places.map(([x, y, factor]) => ({ place: { x: x * edge, y: y * edge }, factor }));
    if (!ends.every(({ place }) => isSeen(found, place))) return null;
    return ends.reduce((sum, { place, factor }) => sum + factor * greyEffect(fit, place), 0);
  };
  const mean = (of: (channel: number) => number): number =>
    [0, 1, 2].reduce((sum, one) => sum + of(one) / 3, 0);
  const { grain } = found.read;
  return {
    values: valuesOf(fit, found),
    notColour: {
      vignette: over([1, 1, 0.25], [1, -1, 0.25], [-1, 1, 0.25], [-1, -1, 0.25]),
      leftToRight: over([1, 0, 1], [-1, 0, -1]),
      topToBottom: over([0, 1, 1], [0, -1, -1]),
      sharpening: mean((channel) => fit.termsOf(channel)[FINE_TERM] as number),
      localContrast: mean((channel) => fit.termsOf(channel)[COARSE_TERM] as number),
      grain: grain === undefined ? null : 255 * grain,
      scatter: 255 * mean((channel) => fit.scatterOf(channel)),
    },
  };
}

function valuesOf(fit: PlaceFit, { read }: FoundChart): Float32Array {
  const values = new Float32Array(3 * COLOURS).fill(Number.NaN);
  for (const { colour } of read.patches) {
    for (let channel = 0; channel < 3; channel++) {
      const value = fit.valuesOf(channel)[colour] as number;
      values[channel * COLOURS + colour] = Math.min(1, Math.max(0, value));
    }
  }
  return values;
}

/** How far the outermost patch may be: the grey border that may be cropped, and some patches with it. */
const NEAR = 0.08 * CHART_SIDE;

function isSeen({ read }: FoundChart, { x, y }: Place): boolean {
  return read.patches.some((patch) => Math.max(Math.abs(patch.x - x), Math.abs(patch.y - y)) < NEAR);
}

/** What the place does to a middle grey, in 255ths: the mean of the two that stand there, and of the channels. */
function greyEffect(fit: PlaceFit, place: Place): number {
  const stride = LEVELS * LEVELS + LEVELS + 1;
  let effect = 0;
  for (const grey of [(LEVELS / 2 - 1) * stride, (LEVELS / 2) * stride]) {
    for (let channel = 0; channel < 3; channel++) effect += fit.effectAt(channel, grey, place) / 6;
  }
  return 255 * effect;
}
