/** A photo's file as pixels, by the browser's own decoders, off the main thread where it is called there. */
import { FormatError } from "synthconv/look";
import { CONTAINERS, readMetadata } from "./containers.js";
import { isSrgb, type Metadata } from "./metadata.js";
import { checkSize, photoFormatOf } from "./photo-formats.js";
import { orientationOf } from "./upright.js";

/** What was done to a photo on its way in, or could not be: for the person. */
export type PhotoNote = "turned" | "converted" | "eight-bits" | "first-frame";

export interface OpenPhoto {
  readonly name: string;
  /** Upright, in sRGB. The holder closes it. */
  readonly bitmap: ImageBitmap;
  readonly width: number;
  readonly height: number;
  readonly metadata: Metadata;
  /** As `Blob.type` names the container, where its metadata are known. */
  readonly type: string | undefined;
  readonly notes: readonly PhotoNote[];
}

/** Bytes at whose end the size of every usual file is known; metadata of a JPEG may come first. */
const HEAD_BYTES = 2 ** 20;

/**
 * Turned as the file says; with a colour profile converted to sRGB by the browser, which looks are made in.
 *
 * @throws {FormatError} when it is no photo, is damaged, or larger than a browser can hold.
 */
export async function openPhoto(file: Blob, name: string): Promise<OpenPhoto> {
  const format = photoFormatOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()), name);
  const bitmap = await bitmapOf(file, name);
  try {
    checkSize(name, bitmap.width, bitmap.height);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const metadata = await readMetadata(bytes);
    const notes: PhotoNote[] = [];
    if (metadata.exif !== undefined && orientationOf(metadata.exif) !== 1) notes.push("turned");
    if (metadata.icc !== undefined && !isSrgb(metadata.icc)) notes.push("converted");
    if (format.title === "PNG" && bytes[24] === 16) notes.push("eight-bits");
    if (format.title === "GIF") notes.push("first-frame");
    const type = CONTAINERS.find((one) => one.matches(bytes))?.type;
    return { name, bitmap, width: bitmap.width, height: bitmap.height, metadata, type, notes };
  } catch (error) {
    bitmap.close();
    throw error;
  }
}

/** Interleaved RGBA of 8 bits. What is nearly transparent loses colour: canvases hold it premultiplied. */
export function pixelsOf(bitmap: ImageBitmap): Uint8ClampedArray<ArrayBuffer> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
  if (context === null) {
    throw new FormatError({
      where: "photo",
      expected: "a canvas to read its pixels from",
      received: "none: the browser is out of memory, or forbids it",
      repair: "Close other tabs, or use a smaller photo.",
    });
  }
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data as Uint8ClampedArray<ArrayBuffer>;
}

async function bitmapOf(file: Blob, name: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, {
      imageOrientation: "from-image",
      colorSpaceConversion: "default",
      premultiplyAlpha: "none",
    });
  } catch (cause) {
    throw new FormatError(
      {
        where: name,
        expected: "a whole photo",
        received:
          "one that the browser does not decode: it is damaged, cut off, or too large for the memory that is left",
        repair: "Open it in another program and export it again.",
      },
      { cause },
    );
  }
}
