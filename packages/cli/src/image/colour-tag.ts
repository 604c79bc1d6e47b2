/** What a file says of its colours other than by an ICC profile, and the RGB spaces that such words mean. */
import { type Chromaticities, type Formula, formulaCurve, toXyzD50 } from "synthconv/internal";
import { type ColourSpace, colourSpaceNamed } from "synthconv/look";
import type { RgbSpace } from "./colour-transform.js";

export interface ColourTag {
  /** In a sentence: `cICP`, `gAMA and cHRM`. */
  readonly name: string;
  /** Undefined for sRGB. */
  readonly space: FormulaSpace | undefined;
  /** Whether it is to be believed before an ICC profile in the same file. */
  readonly overIcc: boolean;
}

/** A space whose curve is one formula, so that an ICC profile can say the same. */
export interface FormulaSpace extends RgbSpace {
  readonly name: string;
  readonly formula: Formula;
}

/** @returns undefined for chromaticities that span no triangle around their white. */
export function formulaSpace(
  name: string,
  primaries: Chromaticities,
  formula: Formula,
): FormulaSpace | undefined {
  const matrix = toXyzD50(primaries);
  if (matrix === undefined) return undefined;
  const { toLight } = formulaCurve(formula);
  return { name, formula, curves: [toLight, toLight, toLight], matrix };
}

/** @returns undefined for a space whose curve is no formula of the ICC's: linear light and logarithms. */
export function formulaSpaceOf({ title, primaries, formula }: ColourSpace): FormulaSpace | undefined {
  return formula && formulaSpace(title, primaries, formula);
}

/** A named space as a photo's own. */
export function rgbSpaceOf({ toLight, fromLight, matrix }: ColourSpace): RgbSpace {
  return { curves: [toLight, toLight, toLight], matrix, encode: fromLight };
}

export const ADOBE_RGB: FormulaSpace = formulaSpaceOf(colourSpaceNamed("adobe-rgb")) as FormulaSpace;

export const PROPHOTO_RGB: FormulaSpace = formulaSpaceOf(colourSpaceNamed("prophoto-rgb")) as FormulaSpace;
