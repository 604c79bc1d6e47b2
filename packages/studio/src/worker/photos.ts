/** Decoded photos, kept while they are likely to be asked for again. */
import type { FileRef } from "../protocol/index.js";
import { decodePhoto, type Photo, type Thinning, thinnedPhoto } from "./decode-photo.js";

/** Two million pixels say of an edit what twenty-four million say, and a pair of them takes 16 MB. */
export const LEARNED_PIXELS: number = 2 ** 21;
/** Pixels kept in all, 4 bytes each. */
const KEPT_PIXELS = 2 ** 25;

const kept = new Map<string, Promise<Photo>>();
const sizes = new Map<string, number>();

/**
 * @param most pixels of it.
 * @throws {PhotoError} as `decodePhoto` does.
 */
export function photoOf(file: FileRef, most: number, thinning: Thinning = "picked"): Promise<Photo> {
  const key = `${file.key} ${most} ${thinning}`;
  const found = kept.get(key);
  if (found !== undefined) {
    // The last one asked for goes last.
    kept.delete(key);
    kept.set(key, found);
    return found;
  }
  // What is shown comes of what is learned from: to decode takes longest.
  const decoded =
    thinning === "picked" && most < LEARNED_PIXELS
      ? photoOf(file, LEARNED_PIXELS).then((photo) => thinnedPhoto(photo, most))
      : decodePhoto(file, most, thinning);
  kept.set(key, decoded);
  decoded.then(
    ({ width, height }) => {
      sizes.set(key, width * height);
      forgetOldest();
    },
    () => kept.delete(key),
  );
  return decoded;
}

function forgetOldest(): void {
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  for (const key of kept.keys()) {
    if (total <= KEPT_PIXELS || kept.size === 1) return;
    total -= sizes.get(key) ?? 0;
    kept.delete(key);
    sizes.delete(key);
  }
}
