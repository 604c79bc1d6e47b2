/**
 * Colours that a TIFF stores multiplied by alpha. The image library would divide them, but it cuts off instead of
 * rounding and divides the saved selections before alpha as well; so it gets the file with that alpha called plain.
 */

import type { Sharp, SharpOptions } from "sharp";
import { UNASSOCIATED } from "./facts/file-facts.js";
import { bytesOf, type PhotoSource, PipedFile } from "./photo-source.js";
import { sharp } from "./sharp-input.js";

/** @param kindAt where the file says of alpha that colours are multiplied by it: 1, in two bytes of either order. */
export async function imageOfProducts(
  source: PhotoSource,
  kindAt: number,
  options: SharpOptions,
): Promise<Sharp> {
  const whole = await bytesOf(source);
  const bytes = source instanceof PipedFile ? Buffer.from(whole) : whole;
  for (const at of [kindAt, kindAt + 1]) if (bytes[at] !== 0) bytes[at] = UNASSOCIATED;
  return sharp(bytes, options);
}

/** RGBA in place: every colour divided by its alpha, rounded; where that is 0 there is no colour. */
export function divideByAlpha(data: Uint8Array | Uint16Array): void {
  const top = data instanceof Uint16Array ? 65_535 : 255;
  for (let pixel = 0; pixel < data.length; pixel += 4) {
    const alpha = data[pixel + 3] as number;
    if (alpha === top) continue;
    for (let at = pixel; at < pixel + 3; at++) {
      data[at] = alpha === 0 ? 0 : Math.min(top, Math.round(((data[at] as number) * top) / alpha));
    }
  }
}
