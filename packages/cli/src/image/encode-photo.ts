import { displayPath, writeFileAtomically } from "synthconv/internal/node";
/** From decoded pixels to a photo file that appears whole or not at all. */

import { ShapeError, ValueError } from "synthconv/look";
import type { FilePath } from "synthconv/node";
import { carriedMetadata } from "./carried-metadata.js";
import { fitSamples } from "./fit-samples.js";
import { imageWithMetadata } from "./metadata-carrier.js";
import type { Photo } from "./photo.js";
import type { PhotoFormat, WritablePhotoFormat } from "./photo-format.js";
import {
  formatOfName,
  isWritable,
  titlesOf,
  WRITABLE_EXTENSIONS,
  WRITABLE_PHOTO_FORMATS,
} from "./photo-formats.js";
import { formatSize, type PhotoHeader } from "./photo-header.js";
import { imageOfSamples } from "./sample-image.js";

export interface EncodeOptions {
  /**
   * 1 to 100, for JPEG, lossy WebP and AVIF. By default a JPEG from a JPEG is as fine as its source, and 92 at
   * least; other JPEGs and WebPs have 92, AVIFs 85.
   */
  readonly quality?: number;
  /** The format; by default what the path's extension says, else that of the source. */
  readonly format?: PhotoFormat;
  /** Write a format without transparency anyway, and lose it. */
  readonly dropAlpha?: boolean;
  readonly signal?: AbortSignal;
  /** What becomes of the file's bytes; by default they are written, whole or not at all. */
  readonly write?: WriteBytes;
}

export type WriteBytes = (path: FilePath, bytes: Uint8Array) => Promise<void>;

/**
 * Writes a photo, with its ICC profile, EXIF, XMP and alpha. Pixels are stored upright and the metadata say
 * so; the EXIF thumbnail, which would show the photo without its look, is dropped.
 *
 * @returns what was lost or changed by writing it, a sentence each.
 * @throws {ValueError} when the format cannot be written, or holds no alpha and the photo has some.
 * @throws {ShapeError} when the photo is larger than the format allows.
 * @throws {FileError} when the file cannot be written; an old file is intact then.
 */
export async function encodePhoto(
  photo: Photo,
  path: FilePath,
  options: EncodeOptions = {},
): Promise<readonly string[]> {
  const { signal, quality, dropAlpha = false } = options;
  const warnings: string[] = [];
  const format = outputFormat(photo.header, path, options);
  checkSize(photo, path, format);
  const { samples, storedBits } = fitSamples(photo, format, path, dropAlpha, warnings);
  const metadata = carriedMetadata(photo, format, warnings);
  const { compression, format: source, beyond } = photo.header;
  const { width, height, channels } = samples;
  const request = { width, height, channels, quality, storedBits, compression, source };
  const additions = { ...metadata, beyond, width, height };
  const image =
    format.write.encodesMetadata?.(request) === true
      ? await imageWithMetadata(samples, additions)
      : imageOfSamples(samples);
  const bytes = await format.write.encode(image, request).toBuffer();
  const whole = await format.write.complete(bytes, additions, warnings);
  if (options.write !== undefined) await options.write(path, whole);
  else await writeFileAtomically(path, whole, signal === undefined ? {} : { signal });
  return warnings;
}

/**
 * The format that a photo would be written in.
 *
 * @throws {ValueError} when it cannot be written.
 */
export function outputFormat(
  header: PhotoHeader,
  path: FilePath,
  { format }: Pick<EncodeOptions, "format"> = {},
): WritablePhotoFormat {
  const name = displayPath(path);
  const chosen = format ?? formatOfName(name) ?? (/\.[^./\\]+$/.test(name) ? undefined : header.format);
  if (chosen !== undefined && isWritable(chosen)) return chosen;
  throw new ValueError({
    where: name,
    expected: `a name that ends in ${WRITABLE_EXTENSIONS}`,
    received: chosen === undefined ? "another extension" : `${chosen.title}, which ${chosen.refusal}`,
    repair: "Give it such a name.",
  });
}

function checkSize(photo: Photo, path: FilePath, format: PhotoFormat): void {
  const { title, longestSide } = format;
  const side = Math.max(photo.width, photo.height);
  if (side <= longestSide) return;
  const larger = WRITABLE_PHOTO_FORMATS.filter((other) => other.longestSide >= side);
  throw new ShapeError({
    where: displayPath(path),
    expected: `at most ${longestSide} pixels per side in a ${title}`,
    received: formatSize(photo),
    repair: `Write ${titlesOf(larger)}.`,
  });
}
