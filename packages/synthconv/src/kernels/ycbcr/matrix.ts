/** Between Y'CbCr and RGB by Kr and Kb (ITU-T H.273, 8.3): Cb = (B' - Y') / (2 (1 - Kb)), Cr = (R' - Y') / (2 (1 - Kr)). */
import type { YCbCrLayout } from "./types.js";

/** What is added to Y': red from Cr, green from Cb and from Cr, blue from Cb. */
export function toRgbMatrix({
  matrix: { red, blue },
}: YCbCrLayout): readonly [red: number, greenOfCb: number, greenOfCr: number, blue: number] {
  const green = 1 - red - blue;
  return [2 * (1 - red), (-2 * blue * (1 - blue)) / green, (-2 * red * (1 - red)) / green, 2 * (1 - blue)];
}

/** Luma's shares of red, green and blue, then what B' - Y' and R' - Y' are multiplied by. */
export function fromRgbMatrix({
  matrix: { red, blue },
}: YCbCrLayout): readonly [red: number, green: number, blue: number, cb: number, cr: number] {
  return [red, 1 - red - blue, blue, 1 / (2 * (1 - blue)), 1 / (2 * (1 - red))];
}
