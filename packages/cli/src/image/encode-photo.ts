/** From decoded pixels to a photo file that appears whole or not at all. */
import { ShapeError, ValueError } from "synthconv/look";
import { displayPath, type FilePath, writeFileAtomically } from "synthconv/node";
import { carriedMetadata } from "./carried-metadata.js";
import { compress } from "./compress.js";
import { fitSamples } from "./fit-samples.js";
import { imageWithMetadata } from "./metadata-carrier.js";
import type { Photo } from "./photo.js";
import { FORMATS, formatOfName, type PhotoFormat } from "./photo-format.js";
import { ASSOCIATED, formatSize, type PhotoHeader, UNASSOCIATED } from "./photo-header.js";
import { extraSamples, tiffWith } from "./tiff-exif.js";

export interface EncodeOptions {
  /**
   * 1 to 100, for JPEG, lossy WebP and AVIF. By default a JPEG from a JPEG is as fine as its source, and 92 at
   * least; other JPEGs and WebPs have 92, AVIFs 85.
   */
  readonly quality?: number;
  /** The format; by default what the path's extension says, else that of the source. */
  readonly format?: PhotoFormat;
  /** Write a format without transparency all the same, and lose it. */
  readonly dropAlpha?: boolean;
  readonly signal?: AbortSignal;
}

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
  const image = await imageWithMetadata(samples, metadata);
  let bytes: Buffer = await compress(image, format, photo.header, quality, storedBits).toBuffer();
  if (format === "tiff") bytes = await completeTiff(bytes, metadata.exif, photo, warnings);
  await writeFileAtomically(path, bytes, signal === undefined ? {} : { signal });
  return warnings;
}

/** The image library writes no EXIF into a TIFF, and says of every channel beyond the colours that it is alpha. */
async function completeTiff(
  tiff: Buffer,
  exif: Buffer | undefined,
  photo: Photo,
  warnings: string[],
): Promise<Buffer> {
  const { beyond } = photo.header;
  const kinds = beyond.map((kind) => (kind === ASSOCIATED ? UNASSOCIATED : kind));
  const replaced = kinds.some((kind) => kind !== UNASSOCIATED) ? [extraSamples(kinds)] : [];
  if (exif === undefined && replaced.length === 0) return tiff;
  const complete = await tiffWith(tiff, { exif, replaced }, photo);
  if (complete !== undefined) return complete;
  if (exif !== undefined) warnings.push("its EXIF is dropped: the TIFF is too large for it");
  if (replaced.length > 0) {
    warnings.push("its saved selections are marked as transparency: the TIFF is too large to say otherwise");
  }
  return tiff;
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
): Exclude<PhotoFormat, "gif"> {
  const name = displayPath(path);
  const chosen = format ?? formatOfName(name) ?? (/\.[^./\\]+$/.test(name) ? undefined : header.format);
  if (chosen !== undefined && chosen !== "gif") return chosen;
  throw new ValueError({
    where: name,
    expected: "a name that ends in .jpg, .png, .webp, .tif or .avif",
    received: chosen === "gif" ? "GIF, which holds 256 colours only" : "another extension",
  });
}

function checkSize(photo: Photo, path: FilePath, format: PhotoFormat): void {
  const { name, longestSide } = FORMATS[format];
  if (Math.max(photo.width, photo.height) <= longestSide) return;
  throw new ShapeError({
    where: displayPath(path),
    expected: `at most ${longestSide} pixels a side in a ${name}`,
    received: formatSize(photo),
    repair: "Write a TIFF or PNG.",
  });
}
