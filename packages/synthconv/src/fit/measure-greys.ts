/** How well a look keeps greys: what the eye sees first, and what a mean over all colours hides. */
import { checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { BOOLEAN, FLOAT32 } from "../core/kinds.js";
import { checkNetwork, type PixelNetwork, pixelNetworkForward } from "../kernels/index.js";
import { clampToUnit } from "../look/index.js";
import { GREYS, type GreySource, spreadAt } from "./grey-source.js";
import { checkSamples } from "./kinds.js";
import { fallsAlong } from "./ramp-falls.js";
import type { ColourSamples } from "./samples.js";

export interface GreyRecord {
  /** The largest fall of a channel along the grey ramp where its source does not fall, in 255ths. */
  readonly fall: number;
  /** The grey, 0 to 255, where that fall ends. */
  readonly fallAt: number;
  /** Of a monochrome source: how far the channels of a colour lie apart at most, in 255ths; else null. */
  readonly tint: number | null;
}

/** @param samples colours for the tint. */
export function measureGreys(network: PixelNetwork, source: GreySource, samples: ColourSamples): GreyRecord {
  checkNetwork("measureGreys", network);
  checkGreySource("measureGreys", source);
  checkSamples("measureGreys", "samples", samples);
  const ramp = greyRamp(network);
  let fall = 0;
  let fallAt = 0;
  for (let channel = 0; channel < 3; channel++) {
    const own = ramp.subarray(channel * GREYS, (channel + 1) * GREYS);
    const theirs = source.ramp.subarray(channel * GREYS, (channel + 1) * GREYS);
    fallsAlong(own, theirs).forEach(({ by }, to) => {
      if (by > fall) [fall, fallAt] = [by, to];
    });
  }
  const tint = source.isMonochrome ? 255 * largestSpread(network, samples.input) : null;
  return { fall: 255 * fall, fallAt, tint };
}

const SOURCE: Fields<GreySource> = { ramp: FLOAT32, isMonochrome: BOOLEAN };

/**
 * @throws {ValueError} when it is none.
 * @throws {ShapeError} when its ramp is of another length.
 */
export function checkGreySource(where: string, source: GreySource): void {
  checkOptions(where, source, SOURCE, { name: "source" });
  if (source.ramp.length === 3 * GREYS) return;
  throw new ShapeError({
    where: `${where} source ramp`,
    expected: `[3,${GREYS}], ${3 * GREYS} numbers`,
    received: String(source.ramp.length),
  });
}

/** The look's colours at the greys 0 to 255, clamped, planar `[3,GREYS]`. */
export function greyRamp(network: PixelNetwork): Float32Array {
  const image = Float32Array.from({ length: 3 * GREYS }, (_, at) => (at % GREYS) / (GREYS - 1));
  const output = new Float32Array(3 * GREYS);
  pixelNetworkForward({ network, image, pixels: GREYS, output });
  return clampToUnit(output);
}

function largestSpread(network: PixelNetwork, image: Float32Array): number {
  const pixels = image.length / 3;
  const output = new Float32Array(image.length);
  pixelNetworkForward({ network, image, pixels, output });
  clampToUnit(output);
  let largest = 0;
  for (let nth = 0; nth < pixels; nth++) largest = Math.max(largest, spreadAt(output, pixels, nth));
  return largest;
}
