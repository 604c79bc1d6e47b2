/** What a named encoding of RGB is. */
import { type Chromaticities, toXyzD50 } from "./chromaticities.js";
import { type Formula, formulaCurve, type TransferCurve } from "./curves.js";

/** An RGB space by its primaries, its white and its curve, the same for all channels. */
export interface ColourSpace extends TransferCurve {
  /** As options and files have it: `arri-logc3`. */
  readonly name: string;
  /** For people: `ARRI LogC3 (EI 800), Wide Gamut 3`. */
  readonly title: string;
  readonly primaries: Chromaticities;
  /** Linear RGB to XYZ under D50, row by row. */
  readonly matrix: readonly number[];
  /** Where its curve is a display's: so that an ICC profile can say the same. */
  readonly formula?: Formula;
}

/** A space whose curve is not a display's. */
export function colourSpace(
  name: string,
  title: string,
  primaries: Chromaticities,
  { toLight, fromLight }: TransferCurve,
): ColourSpace {
  return { name, title, primaries, toLight, fromLight, matrix: toXyzD50(primaries) ?? [] };
}

export function displaySpace(
  name: string,
  title: string,
  primaries: Chromaticities,
  formula: Formula,
): ColourSpace {
  return { ...colourSpace(name, title, primaries, formulaCurve(formula)), formula };
}
