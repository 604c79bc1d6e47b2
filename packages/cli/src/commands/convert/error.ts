/** How far a converted transform is from its source. */
import { type ColourDifference, compareColours, identityCube, type Lut, LutSampler } from "synthconv/look";

/** Colours per axis: no multiple of the common sizes, so that it falls between their nodes. */
const CHECK_SIZE = 48;

export interface ConversionError {
  /** Absolute differences of channels in 255ths; of values beyond 0 to 1, too. */
  readonly codes: { readonly mean: number; readonly max: number };
  readonly difference: ColourDifference;
}

/** Both sampled in float64, tetrahedral where their lattices do not say otherwise. */
export function conversionError(source: Lut, converted: Lut): ConversionError {
  const colours = identityCube(CHECK_SIZE).table;
  const [before, after] = [source, converted].map((lut) => {
    const values = new Float64Array(colours.length);
    new LutSampler(lut).apply(Float64Array.from(colours), values);
    return values;
  }) as [Float64Array, Float64Array];
  let [sum, max] = [0, 0];
  for (const [at, value] of before.entries()) {
    const error = 255 * Math.abs(value - (after[at] as number));
    sum += error;
    max = Math.max(max, error);
  }
  return { codes: { mean: sum / before.length, max }, difference: compareColours(before, after) };
}
