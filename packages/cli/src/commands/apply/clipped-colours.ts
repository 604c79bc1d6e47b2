/** What share of a photo becomes colours that its file does not hold: light above white, or of a wider gamut. */
import { applyNetworkToPlanes } from "synthconv/look";
import type { Photo } from "../../image/photo.js";
import { readColours } from "../../image/pixels.js";
import type { LookToApply } from "./apply-look.js";
import { sampledRuns } from "./sampled-runs.js";

/** Above it a warning: the ends of a contrasty edit are meant. */
export const MANY_CLIPPED = 0.02;

/** Less is rounding: a code of 8 bits. */
const CODE = 1 / 255;

/** A profile's tables miss by up to that much within what they hold (the threshold of Little CMS for gamut warnings). */
const TABLE_MISS = 5;

/**
 * Of a photo before the look is applied to it.
 *
 * @returns 0 to 1, of all pixels: those of which a channel lies beyond the file's range and was not at that end before, or which
 *   a profile made of tables leads to another colour.
 */
export function clippedShare(photo: Photo, { network, strength }: LookToApply): number {
  const { transform, data, channels } = photo;
  const most = data instanceof Uint16Array ? 65_535 : 255;
  let [count, clipped] = [0, 0];
  for (const { first, length } of sampledRuns(photo)) {
    const colours = new Float32Array(3 * length);
    readColours(photo, first, colours);
    const made = new Float32Array(3 * length);
    applyNetworkToPlanes(network, colours, made, strength);
    if (transform?.miss === undefined) {
      transform?.fromLook(made);
      for (let pixel = 0; pixel < length; pixel++) {
        const isClipped = [0, 1, 2].some((channel) => {
          const value = made[channel * length + pixel] as number;
          const code = data[channels * (first + pixel) + channel] as number;
          return (value > 1 + CODE && code < most) || (value < -CODE && code > 0);
        });
        if (isClipped) clipped++;
      }
    } else clipped += transform.miss(made).reduce((sum, miss) => (miss > TABLE_MISS ? sum + 1 : sum), 0);
    count += length;
  }
  return clipped / count;
}
