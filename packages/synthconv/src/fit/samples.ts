/** Colours before and after: what a look is trained on and measured with. */

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

export function sampleCount(samples: ColourSamples): number {
  return samples.input.length / 3;
}
