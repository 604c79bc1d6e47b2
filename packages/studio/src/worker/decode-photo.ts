/** Photos as pixels, decoded by the browser off the main thread. */
import { checkSize, photoFormatOf } from "../files/index.js";
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

/** The file is no photo that this browser reads, or too large; the message says what to do. */
export class PhotoError extends Error {
  override readonly name = "PhotoError";
}

/** Bytes in which a photo says what it is and how large: metadata come before, and seldom take more. */
const BEGINNING = 2 ** 20;

/**
 * @param most pixels, more are thinned out: single pixels are taken, since an average of colours is none of them.
 * @throws {FormatError} when it is no photo, or more than a browser holds.
 * @throws {PhotoError} when the browser cannot read it all the same.
 */
export async function decodePhoto({ name, blob }: FileRef, most: number): Promise<Photo> {
  photoFormatOf(new Uint8Array(await blob.slice(0, BEGINNING).arrayBuffer()), name);
  const bitmap = await createImageBitmap(blob, { premultiplyAlpha: "none" }).catch((cause: unknown) => {
    throw new PhotoError(texts.faults.noPhoto(name), { cause });
  });
  const { width: fullWidth, height: fullHeight } = bitmap;
  checkSize(name, fullWidth, fullHeight);
  const scale = Math.min(1, Math.sqrt(most / (fullWidth * fullHeight)));
  const width = Math.max(1, Math.floor(fullWidth * scale));
  const height = Math.max(1, Math.floor(fullHeight * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new PhotoError(texts.faults.noCanvas(name));
  context.imageSmoothingEnabled = false;
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { fullWidth, fullHeight, width, height, channels: 4, data };
}
