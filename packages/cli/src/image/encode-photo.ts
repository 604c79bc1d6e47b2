/** From decoded pixels to a photo file that appears whole or not at all. */
import type { Sharp, TiffOptions } from "sharp";
import { ShapeError, ValueError } from "synthconv/look";
import { displayPath, type FilePath, writeFileAtomically } from "synthconv/node";
import { ExifBlock } from "./exif.js";
import { type CarriedMetadata, imageWithMetadata, LONGEST_EXIF, type Samples } from "./metadata-carrier.js";
import type { Photo } from "./photo.js";
import { FORMATS, formatOfName, type PhotoFormat } from "./photo-format.js";
import { formatSize, type PhotoHeader } from "./photo-header.js";
import { tiffWithExif } from "./tiff-exif.js";

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

// Means over six Kodak photos: JPEG (4:4:4) and WebP at 92 are 40.5 and 40.9 dB from the source, AVIF at 85
// is 40.4 dB, in 0.61 of the JPEG's bytes.
const DEFAULT_QUALITY = 92;
const AVIF_QUALITY = 85;
// sharp's default effort of 4 takes seven times as long and gains 0.5 dB at the same size.
const AVIF_EFFORT = 2;
/** Classic TIFF has 32-bit offsets; some room is left for tables and metadata. */
const LARGEST_CLASSIC_TIFF = 4e9;
/** The main packet of XMP in a JPEG (XMP part 3, section 1.1.3). */
const LONGEST_JPEG_XMP = 65_502;

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
  const { signal } = options;
  const warnings: string[] = [];
  const format = outputFormat(photo.header, path, options);
  checkSize(photo, path, format);
  let samples: Samples = dropAlphaFor(format, photo, path, options);
  if (samples.data instanceof Uint16Array && !FORMATS[format].holds16Bits) {
    samples = to8Bits(samples);
    warnings.push(`${FORMATS[format].name} holds 8 bits a sample: 16 bits are rounded to them`);
  }
  const storedBits = avifBits(photo.header, samples);
  if (format === "avif" && storedBits > 8) samples = squeezeBits(samples, storedBits);
  const metadata = carriedMetadata(photo, format, warnings);
  const image = await imageWithMetadata(samples, metadata);
  let bytes: Buffer = await compress(image, format, photo.header, options, storedBits).toBuffer();
  if (format === "tiff" && metadata.exif !== undefined)
    bytes = await addExif(bytes, metadata.exif, photo, warnings);
  await writeFileAtomically(path, bytes, signal === undefined ? {} : { signal });
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

function dropAlphaFor(
  format: PhotoFormat,
  photo: Photo,
  path: FilePath,
  { dropAlpha }: EncodeOptions,
): Samples {
  if (photo.channels === 3 || FORMATS[format].holdsAlpha) return photo;
  if (dropAlpha !== true && !isOpaque(photo)) {
    throw new ValueError({
      where: displayPath(path),
      expected: "a format with transparency, because the photo has some",
      received: FORMATS[format].name,
      repair: "Write PNG, TIFF, WebP or AVIF, or drop the transparency with --drop-alpha.",
    });
  }
  const { width, height, data } = photo;
  const colours =
    data instanceof Uint16Array ? new Uint16Array(3 * width * height) : new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    colours[to] = data[from] as number;
    colours[to + 1] = data[from + 1] as number;
    colours[to + 2] = data[from + 2] as number;
  }
  return { width, height, channels: 3, data: colours };
}

function isOpaque({ data }: Photo): boolean {
  const opaque = data instanceof Uint16Array ? 65_535 : 255;
  for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] !== opaque) return false;
  return true;
}

/** Rounded to the nearest: dithering would add noise that the compression then spends its bits on. */
function to8Bits(samples: Samples): Samples {
  const data = new Uint8Array(samples.data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.round((samples.data[i] as number) / 257);
  return { ...samples, data };
}

function avifBits({ format, storedBits }: PhotoHeader, { data }: Samples): 8 | 10 | 12 {
  if (!(data instanceof Uint16Array)) return 8;
  return format === "avif" && storedBits === 10 ? 10 : 12;
}

/** The inverse of what decoding does to 10 and 12 bits: the library drops the low bits instead of rounding. */
function squeezeBits(samples: Samples, bits: number): Samples {
  const white = 2 ** bits - 1;
  const shift = 16 - bits;
  const data = new Uint16Array(samples.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.round(((samples.data[i] as number) * white) / 65_535) << shift;
  }
  return { ...samples, data };
}

function carriedMetadata(photo: Photo, format: PhotoFormat, warnings: string[]): CarriedMetadata {
  const { metadata } = photo.header;
  const { name } = FORMATS[format];
  const keepsIptc = metadata.iptc === undefined || format === "jpeg";
  if (!keepsIptc) warnings.push(`its IPTC captions are dropped: they are kept in JPEG only, not in ${name}`);
  return {
    exif: carriedExif(metadata.exif, warnings),
    icc: photo.icc,
    xmp: carriedXmp(metadata.xmp, format, warnings),
    iptc: keepsIptc ? metadata.iptc : undefined,
    density: metadata.density,
  };
}

function carriedExif(block: Buffer | undefined, warnings: string[]): Buffer | undefined {
  if (block === undefined) return undefined;
  const exif = ExifBlock.copyOf(block);
  if (exif === undefined || exif.bytes.length > LONGEST_EXIF) {
    warnings.push(`its EXIF is dropped: it ${exif === undefined ? "cannot be read" : "is too long"}`);
    return undefined;
  }
  exif.setUpright();
  exif.dropThumbnail();
  return exif.bytes;
}

/** The image library writes no EXIF into TIFF. */
async function addExif(tiff: Buffer, exif: Buffer, photo: Photo, warnings: string[]): Promise<Buffer> {
  const complete = await tiffWithExif(tiff, exif, photo);
  if (complete === undefined) warnings.push("its EXIF is dropped: the TIFF is too large for it");
  return complete ?? tiff;
}

function carriedXmp(xmp: string | undefined, format: PhotoFormat, warnings: string[]): string | undefined {
  if (xmp === undefined) return undefined;
  if (format === "jpeg" && Buffer.byteLength(xmp) > LONGEST_JPEG_XMP) {
    warnings.push("its XMP is dropped: it is too long for a JPEG");
    return undefined;
  }
  return xmp.replace(/(tiff:Orientation(?:>|=["']))[1-8]/g, "$11");
}

function compress(
  image: Sharp,
  format: Exclude<PhotoFormat, "gif">,
  { format: sourceFormat, compression, metadata, width, height }: PhotoHeader,
  { quality }: EncodeOptions,
  storedBits: 8 | 10 | 12,
): Sharp {
  const { jpegQuality = 0, chromaSubsampling, progressive, losslessWebp } = compression;
  switch (format) {
    case "jpeg":
      return image.jpeg({
        quality: quality ?? Math.max(DEFAULT_QUALITY, jpegQuality),
        // The library writes these two; colour that is stored finer than 4:2:0 is not made coarser.
        chromaSubsampling: sourceFormat === "jpeg" && chromaSubsampling === "4:2:0" ? "4:2:0" : "4:4:4",
        progressive: sourceFormat === "jpeg" && progressive,
      });
    case "png":
      // Filters make photos of 6 to 24 megapixels half as large for half as much time again; sharp's default
      // level of 6 doubles the time and gains 5 % more.
      return image.png({ adaptiveFiltering: true, compressionLevel: 3 });
    case "webp":
      return quality === undefined && losslessWebp
        ? image.webp({ lossless: true, exact: true })
        : image.webp({ quality: quality ?? DEFAULT_QUALITY, smartSubsample: true, exact: true });
    case "tiff":
      // sharp's default is JPEG compression. LZW with differences is lossless and read everywhere.
      return image.tiff({
        compression: "lzw",
        predictor: "horizontal",
        ...tiffResolution(metadata.density),
        bigtiff: width * height * 8 > LARGEST_CLASSIC_TIFF,
      });
    case "avif":
      return image.avif({
        quality: quality ?? AVIF_QUALITY,
        effort: AVIF_EFFORT,
        bitdepth: storedBits,
        chromaSubsampling: "4:4:4",
      });
  }
}

/** sharp counts in pixels a millimetre, and writes 1 where it is told nothing. */
function tiffResolution(density: number | undefined): TiffOptions {
  if (density === undefined) return {};
  return { xres: density / 25.4, yres: density / 25.4, resolutionUnit: "inch" };
}
