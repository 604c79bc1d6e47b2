/** How each format is compressed. */
import type { Sharp, TiffOptions } from "sharp";
import type { PhotoFormat } from "./photo-format.js";
import type { PhotoHeader } from "./photo-header.js";

// Means over six Kodak photos: JPEG (4:4:4) and WebP at 92 are 40.5 and 40.9 dB from the source, AVIF at 85
// is 40.4 dB, in 0.61 of the JPEG's bytes.
const DEFAULT_QUALITY = 92;
const AVIF_QUALITY = 85;
// sharp's default effort of 4 takes seven times as long and gains 0.5 dB at the same size.
const AVIF_EFFORT = 2;
/** Classic TIFF has 32-bit offsets; some room is left for tables and metadata. */
const MAX_CLASSIC_TIFF_BYTES = 4e9;

/** @param source the photo's header: a JPEG from a JPEG, say, is compressed as that was. */
export function compress(
  image: Sharp,
  format: Exclude<PhotoFormat, "gif">,
  { format: sourceFormat, compression, metadata, width, height, beyond }: PhotoHeader,
  quality: number | undefined,
  storedBits: 8 | 10 | 12 | 16,
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
        bigtiff: width * height * 2 * (3 + beyond.length) > MAX_CLASSIC_TIFF_BYTES,
      });
    case "avif":
      return image.avif({
        quality: quality ?? AVIF_QUALITY,
        effort: AVIF_EFFORT,
        bitdepth: storedBits === 16 ? 12 : storedBits,
        chromaSubsampling: "4:4:4",
      });
  }
}

/** sharp counts in pixels a millimetre, and writes 1 where it is told nothing. */
function tiffResolution(density: number | undefined): TiffOptions {
  if (density === undefined) return {};
  return { xres: density / 25.4, yres: density / 25.4, resolutionUnit: "inch" };
}
