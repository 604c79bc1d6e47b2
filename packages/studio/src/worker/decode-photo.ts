/** Photos as pixels, decoded by the browser off the main thread, in the size that is learned from. */
import type { FileRef } from "../protocol/index.js";
import { texts } from "../texts/index.js";
import { withOpened } from "./opened.js";

/** A decoded photo: RGBA, 8 bits, sRGB, turned upright as its orientation says. */
export interface Photo {
  /** Of the file, before it was made smaller. */
  readonly fullWidth: number;
  readonly fullHeight: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 4;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** The browser has no memory for it; the message says what to do. */
export class PhotoError extends Error {
  override readonly name = "PhotoError";
}

/** How a large photo is made smaller: single pixels are taken, since an average of colours is none of them, or it is averaged. */
export type Thinning = "picked" | "averaged";

/**
 * @param most pixels, more are thinned out.
 * @throws {FormatError} as `openPhoto` does, {PhotoError} when there is no canvas for it.
 */
export async function decodePhoto(file: FileRef, most: number, thinning: Thinning): Promise<Photo> {
  return await withOpened(file, ({ bitmap }) => {
    const { width: fullWidth, height: fullHeight } = bitmap;
    const { width, height } = sizeWithin({ width: fullWidth, height: fullHeight }, most);
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new PhotoError(texts.faults.noCanvas(file.name));
    context.imageSmoothingEnabled = thinning === "averaged";
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { fullWidth, fullHeight, width, height, channels: 4, data };
  });
}

/** The same photo in fewer pixels, single ones again; itself where it has no more. */
export function thinnedPhoto(photo: Photo, most: number): Photo {
  const { width, height } = sizeWithin(photo, most);
  if (width === photo.width && height === photo.height) return photo;
  // A pixel a number.
  const from = new Uint32Array(photo.data.buffer, photo.data.byteOffset, photo.width * photo.height);
  const to = new Uint32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = photo.width * Math.floor(((y + 0.5) * photo.height) / height);
    for (let x = 0; x < width; x++, at++) {
      to[at] = from[row + Math.floor(((x + 0.5) * photo.width) / width)] as number;
    }
  }
  return { ...photo, width, height, data: new Uint8ClampedArray(to.buffer) };
}

function sizeWithin(
  { width, height }: { readonly width: number; readonly height: number },
  most: number,
): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt(most / (width * height)));
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}
