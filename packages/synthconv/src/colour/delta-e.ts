/** Colour differences between two CIE L*a*b* colours. */

import { check, NUMBER, repairedBy } from "../core/index.js";

/**
 * CIE 1976 colour difference: the distance in Lab (CIE 15:2004, eq. 8.12).
 *
 * @throws {ValueError} for what is no number.
 */
export function deltaE76(l1: number, a1: number, b1: number, l2: number, a2: number, b2: number): number {
  if (
    typeof l1 !== "number" ||
    typeof a1 !== "number" ||
    typeof b1 !== "number" ||
    typeof l2 !== "number" ||
    typeof a2 !== "number" ||
    typeof b2 !== "number"
  ) {
    refuse("deltaE76", { l1, a1, b1, l2, a2, b2 });
  }
  return Math.sqrt((l1 - l2) ** 2 + (a1 - a2) ** 2 + (b1 - b2) ** 2);
}

const DEGREES = Math.PI / 180;
const COS_30 = Math.cos(30 * DEGREES);
const COS_6 = Math.cos(6 * DEGREES);
const SIN_6 = Math.sin(6 * DEGREES);
const COS_63 = Math.cos(63 * DEGREES);
const SIN_63 = Math.sin(63 * DEGREES);
const CHROMA_25_POWER_7 = 25 ** 7;

/** sqrt(C^7 / (C^7 + 25^7)), which eq. 4 and eq. 17 share. */
function highChroma(chroma: number): number {
  const cube = chroma * chroma * chroma;
  const power7 = cube * cube * chroma;
  return Math.sqrt(power7 / (power7 + CHROMA_25_POWER_7));
}

/**
 * CIEDE2000 with kL = kC = kH = 1.
 *
 * @throws {ValueError} for what is no number.
 */
export function deltaE2000(l1: number, a1: number, b1: number, l2: number, a2: number, b2: number): number {
  if (
    typeof l1 !== "number" ||
    typeof a1 !== "number" ||
    typeof b1 !== "number" ||
    typeof l2 !== "number" ||
    typeof a2 !== "number" ||
    typeof b2 !== "number"
  ) {
    refuse("deltaE2000", { l1, a1, b1, l2, a2, b2 });
  }
  return ciede2000(l1, a1, b1, l2, a2, b2);
}

/**
 * CIEDE2000 with kL = kC = kH = 1. Equation numbers are those of Sharma, Wu and Dalal, "The CIEDE2000
 * color-difference formula: implementation notes, supplementary test data, and mathematical observations",
 * Color Research and Application 30 (2005).
 *
 * Hues are carried as unit vectors instead of angles: the mean hue is the bisector of two vectors, and cosines
 * of its multiples are polynomials. That leaves one arctangent (and near the blues an exponential and a sine) of
 * the published form's dozen transcendental calls, and none of its cases for angles that wrap round.
 *
 * Numbers are taken as they are: comparisons of images call it for every pixel.
 */
export function ciede2000(l1: number, a1: number, b1: number, l2: number, a2: number, b2: number): number {
  const labChroma = (Math.sqrt(a1 * a1 + b1 * b1) + Math.sqrt(a2 * a2 + b2 * b2)) / 2;
  const stretch = 1 + 0.5 * (1 - highChroma(labChroma)); // eq. 4, 5
  const p1 = a1 * stretch;
  const p2 = a2 * stretch;
  const c1 = Math.sqrt(p1 * p1 + b1 * b1);
  const c2 = Math.sqrt(p2 * p2 + b2 * b2);

  // The unit vectors of h1' and h2'; a grey has no hue and takes part with (0, 0), eq. 7 and 14.
  const x1 = c1 > 0 ? p1 / c1 : 0;
  const y1 = c1 > 0 ? b1 / c1 : 0;
  const x2 = c2 > 0 ? p2 / c2 : 0;
  const y2 = c2 > 0 ? b2 / c2 : 0;
  const turn = x1 * y2 - y1 * x2;
  // Opposite hues: eq. 10 and 14 then go up from the hue that lies in 0..180 degrees.
  const counterclockwise = turn > 0 || (turn === 0 && (y1 > 0 || (y1 === 0 && x1 > 0)));
  const acrossX = x1 - x2;
  const acrossY = y1 - y2;

  const lightnessStep = l2 - l1;
  const chromaStep = c2 - c1;
  // |u1 - u2| = 2 sin(dh / 2), so this is eq. 11.
  const hueSize = Math.sqrt(c1 * c2 * (acrossX * acrossX + acrossY * acrossY));
  const hueStep = counterclockwise ? hueSize : -hueSize;

  // The mean hue, eq. 14: the sum of the vectors, or, when they are more than 90 degrees apart and the sum loses
  // digits, the perpendicular of their difference.
  const apart = x1 * x2 + y1 * y2 < 0;
  const side = counterclockwise ? 1 : -1;
  const bisectorX = apart ? -acrossY * side : x1 + x2;
  const bisectorY = apart ? acrossX * side : y1 + y2;
  const length = Math.sqrt(bisectorX * bisectorX + bisectorY * bisectorY);
  const cos1 = length > 0 ? bisectorX / length : 1;
  const sin1 = length > 0 ? bisectorY / length : 0;

  const meanLightness = (l1 + l2) / 2 - 50;
  const meanChroma = (c1 + c2) / 2;
  const lightnessSquare = meanLightness * meanLightness;
  const lightnessScale = 1 + (0.015 * lightnessSquare) / Math.sqrt(20 + lightnessSquare); // eq. 18
  const chromaScale = 1 + 0.045 * meanChroma; // eq. 19
  const hueScale = 1 + 0.015 * meanChroma * hueWeight(cos1, sin1); // eq. 20

  const l = lightnessStep / lightnessScale;
  const c = chromaStep / chromaScale;
  const h = hueStep / hueScale;
  const squared = l * l + c * c + h * h + rotation(cos1, sin1, meanChroma) * c * h; // eq. 22
  // Rounding can leave a hair below zero where the colours are all but equal.
  return Math.sqrt(Math.max(0, squared));
}

/** T of eq. 15 at the hue with this cosine and sine, by the formulas for multiple angles. */
function hueWeight(cos1: number, sin1: number): number {
  const cos2 = cos1 * cos1 - sin1 * sin1;
  const sin2 = 2 * sin1 * cos1;
  const cos3 = cos1 * cos2 - sin1 * sin2;
  const sin3 = sin1 * cos2 + cos1 * sin2;
  const cos4 = cos2 * cos2 - sin2 * sin2;
  const sin4 = 2 * sin2 * cos2;
  return (
    1 -
    0.17 * (cos1 * COS_30 + sin1 * 0.5) +
    0.24 * cos2 +
    0.32 * (cos3 * COS_6 - sin3 * SIN_6) -
    0.2 * (cos4 * COS_63 + sin4 * SIN_63)
  );
}

/** R_T of eq. 16, 17 and 21: chroma and hue lean on each other around the blues. */
function rotation(cos1: number, sin1: number, meanChroma: number): number {
  const angle = Math.atan2(sin1, cos1) / DEGREES;
  const fromBlue = ((angle < 0 ? angle + 360 : angle) - 275) / 25;
  // exp(-36) and less moves nothing in the fifteenth digit.
  if (fromBlue * fromBlue > 36) return 0;
  const theta = 30 * DEGREES * Math.exp(-fromBlue * fromBlue);
  return -2 * highChroma(meanChroma) * Math.sin(2 * theta);
}

function refuse(where: string, coordinates: Readonly<Record<string, unknown>>): void {
  const repair = (value: unknown): string | undefined =>
    ArrayBuffer.isView(value) || Array.isArray(value) ? `Write ${where}(...lab1, ...lab2).` : undefined;
  for (const name in coordinates) check(where, name, coordinates[name], repairedBy(NUMBER, repair));
}
