/** Spaces of displays and photos, and linear light. */
import { linearToSrgb, srgbToLinear } from "../transfer.js";
import { type Chromaticities, D65 } from "./chromaticities.js";
import { type ColourSpace, colourSpace, displaySpace } from "./colour-space.js";
import { type Formula, gamma } from "./curves.js";

/** IEC 61966-2-1. */
export const SRGB_FORMULA: Formula = { g: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, d: 0.04045 };

/** ITU-R BT.709-6, item 1.3. */
export const BT709_PRIMARIES: Chromaticities = {
  white: D65,
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
};

/** ITU-R BT.2020-2, table 3. */
export const BT2020_PRIMARIES: Chromaticities = {
  white: D65,
  red: [0.708, 0.292],
  green: [0.17, 0.797],
  blue: [0.131, 0.046],
};

/** Academy TB-2014-004: its white is near D60. */
export const AP1_PRIMARIES: Chromaticities = {
  white: [0.32168, 0.33767],
  red: [0.713, 0.293],
  green: [0.165, 0.83],
  blue: [0.128, 0.044],
};

const LINEAR: { readonly toLight: (code: number) => number; readonly fromLight: (light: number) => number } =
  {
    toLight: (code) => code,
    fromLight: (light) => light,
  };

export const SRGB: ColourSpace = {
  ...displaySpace("srgb", "sRGB", BT709_PRIMARIES, SRGB_FORMULA),
  toLight: srgbToLinear,
  fromLight: linearToSrgb,
};

export const DISPLAY_SPACES: readonly ColourSpace[] = [
  SRGB,
  // SMPTE RP 431-2 and EG 432-1 (primaries), IEC 61966-2-1 (curve), as CSS Color 4 has it.
  displaySpace(
    "display-p3",
    "Display P3",
    { white: D65, red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
    SRGB_FORMULA,
  ),
  // Adobe RGB (1998) Color Image Encoding, sections 4.2 and 4.3: its gamma is 563/256.
  displaySpace(
    "adobe-rgb",
    "Adobe RGB (1998)",
    { white: D65, red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06] },
    gamma(563 / 256),
  ),
  // ISO 22028-2 (ROMM RGB), under D50.
  displaySpace(
    "prophoto-rgb",
    "ProPhoto RGB",
    {
      white: [0.3457, 0.3585],
      red: [0.734699, 0.265301],
      green: [0.159597, 0.840403],
      blue: [0.036598, 0.000105],
    },
    { g: 1.8, a: 1, b: 0, c: 1 / 16, d: 16 / 512 },
  ),
  // Shown by ITU-R BT.1886 with a black of 0, as CSS Color 4 has it.
  displaySpace("rec2020", "Rec. 2020", BT2020_PRIMARIES, gamma(2.4)),
  colourSpace("linear", "linear light, primaries of sRGB", BT709_PRIMARIES, LINEAR),
  colourSpace("acescg", "ACEScg, linear light", AP1_PRIMARIES, LINEAR),
];
