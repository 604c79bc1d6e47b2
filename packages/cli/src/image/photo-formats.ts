/**
 * The formats of photo files, known by their first bytes, never by their names. Another format is one file in
 * formats/ and one row here.
 */
import { withRegularFile } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { alternatives } from "../alternatives.js";
import { foreignFileOf } from "./foreign-file.js";
import { avif } from "./formats/avif.js";
import { gif } from "./formats/gif.js";
import { jpeg } from "./formats/jpeg.js";
import { png } from "./formats/png.js";
import { tiff } from "./formats/tiff.js";
import { webp } from "./formats/webp.js";
import type { ForeignFile, PhotoFormat, WritablePhotoFormat } from "./photo-format.js";

export const PHOTO_FORMATS: readonly PhotoFormat[] = [jpeg, png, webp, tiff, avif, gif];

export function isWritable(format: PhotoFormat): format is WritablePhotoFormat {
  return format.write !== undefined;
}

export const WRITABLE_PHOTO_FORMATS: readonly WritablePhotoFormat[] = PHOTO_FORMATS.filter(isWritable);

/** `JPEG, PNG or TIFF`. */
export function titlesOf(formats: readonly PhotoFormat[]): string {
  return alternatives(formats.map(({ title }) => title));
}

/** `.jpg, .png or .tif`: the usual extensions of all formats that are written. */
export const WRITABLE_EXTENSIONS: string = alternatives(
  WRITABLE_PHOTO_FORMATS.map(({ extensions }) => `.${extensions[0]}`),
);

/** The format that a file name's extension asks for; undefined where it asks for none. */
export function formatOfName(name: string): PhotoFormat | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  return PHOTO_FORMATS.find(({ extensions }) => extension !== undefined && extensions.includes(extension));
}

/** How many bytes {@link sniffFormat} wants to see. */
export const SNIFF_BYTES = 512;

/** @param start the first {@link SNIFF_BYTES} bytes of a file, or all of a shorter one. */
export function sniffFormat(start: Buffer): PhotoFormat | ForeignFile {
  const text = start.toString("latin1");
  return PHOTO_FORMATS.find((format) => format.recognize(text)) ?? foreignFileOf(text);
}

export function isPhotoFormat(sniffed: PhotoFormat | ForeignFile): sniffed is PhotoFormat {
  return "recognize" in sniffed;
}

/**
 * What the first bytes of a file say that it is.
 *
 * @throws {FileError} when it is no regular file or cannot be read.
 */
export function sniffFile(path: FilePath, expected: string): Promise<PhotoFormat | ForeignFile> {
  return withRegularFile(path, expected, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return sniffFormat(buffer.subarray(0, bytesRead));
  });
}
