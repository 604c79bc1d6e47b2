import type { TiffOptions } from "sharp";
import { ASSOCIATED, UNASSOCIATED } from "../facts/file-facts.js";
import { readTiffFacts } from "../facts/tiff.js";
import { isCameraRawTiff } from "../foreign-file.js";
import type { Additions, PhotoFormat } from "../photo-format.js";
import { extraSamples, tiffWith } from "../tiff-exif.js";

/** Classic TIFF has 32-bit offsets; some room is left for tables and metadata. */
const MAX_CLASSIC_TIFF_BYTES = 4e9;

export const tiff: PhotoFormat = {
  name: "tiff",
  title: "TIFF",
  extensions: ["tif", "tiff"],
  holdsAlpha: true,
  holdsExtras: true,
  holdsPages: true,
  depths: [8, 16],
  longestSide: 2 ** 31 - 1,
  recognize: (start) => /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(start) && !isCameraRawTiff(start),
  readFacts: readTiffFacts,
  write: {
    encode: (image, { width, height, channels, density }) =>
      // sharp's default is JPEG compression. LZW with differences is lossless and read everywhere.
      image.tiff({
        compression: "lzw",
        predictor: "horizontal",
        ...resolution(density),
        bigtiff: width * height * 2 * channels > MAX_CLASSIC_TIFF_BYTES,
      }),
    complete,
  },
};

/** sharp counts in pixels per millimetre, and writes 1 when it receives nothing. */
function resolution(density: number | undefined): TiffOptions {
  if (density === undefined) return {};
  return { xres: density / 25.4, yres: density / 25.4, resolutionUnit: "inch" };
}

/** The image library writes no EXIF into a TIFF, and says of every channel beyond the colours that it is alpha. */
async function complete(
  file: Buffer,
  { exif, beyond, ...size }: Additions,
  warnings: string[],
): Promise<Buffer> {
  const kinds = beyond.map((kind) => (kind === ASSOCIATED ? UNASSOCIATED : kind));
  const replaced = kinds.some((kind) => kind !== UNASSOCIATED) ? [extraSamples(kinds)] : [];
  if (exif === undefined && replaced.length === 0) return file;
  const completed = await tiffWith(file, { exif, replaced }, size);
  if (completed !== undefined) return completed;
  if (exif !== undefined) warnings.push("its EXIF is dropped: the TIFF is too large for it");
  if (replaced.length > 0) {
    warnings.push("its saved selections are marked as transparency: the TIFF is too large to say otherwise");
  }
  return file;
}
