/** Photos as pixels, decoded by the browser off the main thread. */
import { openPhoto } from "../files/index.js";
import type { FileRef } from "../protocol/index.js";
import { texts } from "../texts/index.js";

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
export async function decodePhoto({ name, blob }: FileRef, most: number, thinning: Thinning): Promise<Photo> {
  const { bitmap } = await openPhoto(blob, name);
  const { width: fullWidth, height: fullHeight } = bitmap;
  const scale = Math.min(1, Math.sqrt(most / (fullWidth * fullHeight)));
  const width = Math.max(1, Math.floor(fullWidth * scale));
  const height = Math.max(1, Math.floor(fullHeight * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new PhotoError(texts.faults.noCanvas(name));
  context.imageSmoothingEnabled = thinning === "averaged";
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { fullWidth, fullHeight, width, height, channels: 4, data };
}
