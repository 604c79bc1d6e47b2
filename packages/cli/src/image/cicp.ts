/** Code points of ITU-T H.273, which PNG's cICP and the nclx of AVIF use, as the colours that browsers show. */
import { BT709_PRIMARIES, type Chromaticities, type Formula, gamma, SRGB_FORMULA } from "synthconv/internal";
import { type ColourTag, formulaSpace } from "./colour-tag.js";

const UNSPECIFIED = 2;
const SRGB_TRANSFER = 13;

const D65 = [0.3127, 0.329] as const;
const ILLUMINANT_C = [0.31, 0.316] as const;
const SMPTE_170M: Chromaticities = {
  white: D65,
  red: [0.63, 0.34],
  green: [0.31, 0.595],
  blue: [0.155, 0.07],
};

/** H.273, table 2. */
const PRIMARIES: Readonly<Record<number, Chromaticities>> = {
  1: BT709_PRIMARIES,
  4: { white: ILLUMINANT_C, red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08] },
  5: { white: D65, red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] },
  6: SMPTE_170M,
  7: SMPTE_170M,
  8: { white: ILLUMINANT_C, red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049] },
  9: { white: D65, red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
  11: { white: [0.314, 0.351], red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
  12: { white: D65, red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
  22: { white: D65, red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077] },
};

/**
 * BT.709 and its kin describe cameras, not screens. Of a PNG Chromium shows them as a television does (BT.1886 with a
 * black of 0), of an AVIF as sRGB, as it does with video.
 */
const CAMERA_TRANSFERS: readonly number[] = [1, 6, 11, 14, 15];
const CAMERA_CURVES: { readonly cICP: Formula; readonly nclx: Formula } = {
  cICP: gamma(2.4),
  nclx: SRGB_FORMULA,
};

/** H.273, table 3: the light of a code. */
const TRANSFERS: Readonly<Record<number, Formula>> = {
  4: gamma(2.2),
  5: gamma(2.8),
  7: { g: 1 / 0.45, a: 1 / 1.1115, b: 0.1115 / 1.1115, c: 1 / 4, d: 0.0912 },
  8: gamma(1),
  13: SRGB_FORMULA,
};

const HDR_TRANSFERS: Readonly<Record<number, string>> = { 16: "PQ", 18: "HLG" };

export interface CicpReading {
  readonly tag: ColourTag | undefined;
  readonly warning?: string;
}

/**
 * @param name the tag that holds them.
 * @returns no tag where the code points say nothing, or nothing that is known.
 */
export function readCicp(
  primaries: number,
  transfer: number,
  name: keyof typeof CAMERA_CURVES,
  overIcc: boolean,
): CicpReading {
  const isKnown = primaries !== UNSPECIFIED && transfer !== UNSPECIFIED;
  const hdr = HDR_TRANSFERS[transfer];
  if (hdr !== undefined) {
    return {
      tag: undefined,
      warning: `its colours are HDR (${name}: ${hdr}), which is not read: they are taken as sRGB, and the tag is dropped`,
    };
  }
  if (!isKnown) return { tag: undefined };
  const isSrgb = transfer === SRGB_TRANSFER || (CAMERA_TRANSFERS.includes(transfer) && name === "nclx");
  if (primaries === 1 && isSrgb) return { tag: { name, space: undefined, overIcc } };
  const corners = PRIMARIES[primaries];
  const formula = CAMERA_TRANSFERS.includes(transfer) ? CAMERA_CURVES[name] : TRANSFERS[transfer];
  const space = corners && formula && formulaSpace(`${name} ${primaries}/${transfer}`, corners, formula);
  if (space !== undefined) return { tag: { name, space, overIcc } };
  return {
    tag: undefined,
    warning: `its ${name} (primaries ${primaries}, transfer ${transfer}) is not known and is dropped`,
  };
}
