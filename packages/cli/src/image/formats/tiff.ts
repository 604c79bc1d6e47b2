import { tiffWith } from "../containers/tiff.js";
import { ASSOCIATED, UNASSOCIATED } from "../facts/file-facts.js";
import { readTiffFacts } from "../facts/tiff.js";
import { isCameraRawTiff } from "../foreign-file.js";
import type { Additions, EncodeRequest, PhotoFormat } from "../photo-format.js";

/** Classic TIFF has 32-bit offsets; some room is left for tables and metadata. */
const MAX_CLASSIC_TIFF_BYTES = 4e9;

export const tiff: PhotoFormat = {
  name: "tiff",
  title: "TIFF",
  extensions: ["tif", "tiff"],
  holdsAlpha: true,
  holdsExtras: true,
  maxIptcBytes: Number.POSITIVE_INFINITY,
  holdsPages: true,
  depths: [8, 16],
  longestSide: 2 ** 31 - 1,
  recognize: (start) => /^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(start) && !isCameraRawTiff(start),
  readFacts: readTiffFacts,
  write: {
    encode: (image, request) =>
      // sharp's default is JPEG compression. LZW with differences is lossless and read everywhere.
      image.tiff({ compression: "lzw", predictor: "horizontal", bigtiff: isBigTiff(request) }),
    encodesMetadata: isBigTiff,
    complete,
  },
};

function isBigTiff({ width, height, channels }: EncodeRequest): boolean {
  return width * height * 2 * channels > MAX_CLASSIC_TIFF_BYTES;
}

/** The image library says of every channel beyond the colours that it is alpha. */
async function complete(file: Buffer, additions: Additions, warnings: string[]): Promise<Buffer> {
  const beyond = additions.beyond.map((kind) => (kind === ASSOCIATED ? UNASSOCIATED : kind));
  const completed = await tiffWith(file, { ...additions, beyond });
  if (completed !== undefined) return completed;
  if (additions.exif !== undefined) warnings.push("its EXIF is dropped: the TIFF is too large for it");
  if (beyond.some((kind) => kind !== UNASSOCIATED)) {
    warnings.push("its saved selections are marked as transparency: the TIFF is too large to say otherwise");
  }
  return file;
}
