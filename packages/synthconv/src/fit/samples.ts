/** Colours before and after: what a look is trained on and measured with. */
import type { PixelData } from "../kernels/index.js";

/** P pairs of colours, sRGB-encoded, 0 to 1. */
export interface ColourSamples {
  /** Colours before, planar `[3,P]`. */
  readonly input: Float32Array;
  /** Colours after, planar `[3,P]`. */
  readonly target: Float32Array;
}

/** Colours that count unequally. */
export interface WeightedColours extends ColourSamples {
  /** Of each colour's squared error, `[P]`. */
  readonly weights: Float32Array;
}

/** Pixels of a photo as an image file holds them: interleaved, whole numbers over their full range. */
export interface PixelView {
  readonly width: number;
  readonly height: number;
  /** Values per pixel: 3, or 4 with an alpha by which the pixel counts. */
  readonly channels: 3 | 4;
  readonly data: PixelData;
}

export function sampleCount(samples: ColourSamples): number {
  return samples.input.length / 3;
}
