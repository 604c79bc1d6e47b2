/** What the source of a look makes of greys: what the look is held against along the grey ramp. */
import { checkLut, type Lut } from "../colour/index.js";
import { applyLut } from "../kernels/index.js";
import { checkSamples } from "./kinds.js";
import { type ColourSamples, sampleCount } from "./samples.js";

/** Greys of the ramp: the codes of 8 bits. */
export const GREYS = 256;

export interface GreySource {
  /** The source's colours at the greys 0 to 255, planar `[3,GREYS]`; NaN where it tells nothing. */
  readonly ramp: Float32Array;
  /** Whether every colour of it is a grey. */
  readonly isMonochrome: boolean;
}

/** Colours whose channels lie this close are as good as grey: the noise of a JPEG, in 255ths. */
const NEAR_GREY = 12 / 255;
/** Greys that are averaged together, and the colours that make a mean worth trusting. */
const BIN = 8;
const MIN_IN_BIN = 16;
/** Rounded to 8 bits, the channels of a grey may differ by one code; a few colours in a thousand may be noise. */
const MAX_SPREAD = 1.01 / 255;
const MAX_COLOURED = 0.001;

/** @throws {ValueError | ShapeError | NonFiniteError} when a table is not sound, or the samples are none. */
export function greySourceOfLut(lut: Lut, samples: ColourSamples): GreySource {
  checkLut("greySourceOfLut", lut);
  checkSamples("greySourceOfLut", "samples", samples);
  const greys = Float32Array.from({ length: 3 * GREYS }, (_, at) => (at % GREYS) / (GREYS - 1));
  return { ramp: applyLut(lut, greys, { layout: "planar" }), isMonochrome: isMonochrome(samples) };
}

/** Means over the colours that are nearly grey, straight lines between them. */
export function greySourceOfSamples(samples: ColourSamples): GreySource {
  checkSamples("greySourceOfSamples", "samples", samples);
  const { input, target } = samples;
  const total = sampleCount(samples);
  const bins = GREYS / BIN;
  const sums = new Float64Array(3 * bins);
  const greys = new Float64Array(bins);
  const counts = new Float64Array(bins);
  for (let nth = 0; nth < total; nth++) {
    if (spreadAt(input, total, nth) > NEAR_GREY) continue;
    const grey =
      ((input[nth] as number) + (input[total + nth] as number) + (input[2 * total + nth] as number)) / 3;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((grey * (GREYS - 1)) / BIN)));
    counts[bin] = (counts[bin] as number) + 1;
    greys[bin] = (greys[bin] as number) + grey;
    for (let channel = 0; channel < 3; channel++) {
      const at = channel * bins + bin;
      sums[at] = (sums[at] as number) + (target[channel * total + nth] as number);
    }
  }
  const known = [...counts.keys()].filter((bin) => (counts[bin] as number) >= MIN_IN_BIN);
  const ramp = new Float32Array(3 * GREYS).fill(Number.NaN);
  for (let channel = 0; channel < 3; channel++) {
    const points = known.map((bin) => {
      const count = counts[bin] as number;
      return [
        ((GREYS - 1) * (greys[bin] as number)) / count,
        (sums[channel * bins + bin] as number) / count,
      ] as const;
    });
    joinPoints(points, ramp.subarray(channel * GREYS, (channel + 1) * GREYS));
  }
  return { ramp, isMonochrome: isMonochrome(samples) };
}

function joinPoints(points: readonly (readonly [grey: number, value: number])[], ramp: Float32Array): void {
  for (let nth = 1; nth < points.length; nth++) {
    const [from, low] = points[nth - 1] as readonly [number, number];
    const [to, high] = points[nth] as readonly [number, number];
    for (let grey = Math.ceil(from); grey <= to; grey++) {
      ramp[grey] = low + ((high - low) * (grey - from)) / (to - from);
    }
  }
}

/** Whether colours become greys; of what was grey before nothing can be said. */
export function makesGrey({ input, target }: ColourSamples): boolean {
  const total = sampleCount({ input, target });
  let coloured = 0;
  for (let nth = 0; nth < total; nth++) if (spreadAt(input, total, nth) > NEAR_GREY) coloured++;
  return coloured > total / 2 && isMonochrome({ input, target });
}

function isMonochrome({ target }: ColourSamples): boolean {
  const total = target.length / 3;
  let coloured = 0;
  for (let nth = 0; nth < total; nth++) if (spreadAt(target, total, nth) > MAX_SPREAD) coloured++;
  return coloured <= MAX_COLOURED * total;
}

/** How far the channels of one of `[3,total]` colours lie apart. */
export function spreadAt(planes: Float32Array, total: number, nth: number): number {
  const [red, green, blue] = [planes[nth], planes[total + nth], planes[2 * total + nth]] as [
    number,
    number,
    number,
  ];
  return Math.max(red, green, blue) - Math.min(red, green, blue);
}
