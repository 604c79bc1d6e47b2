/** Which of a photo's metadata a format takes, and in what form. */
import { ExifBlock } from "./exif.js";
import { iptcRecords } from "./iptc.js";
import type { Photo } from "./photo.js";
import type { Additions, PhotoFormat } from "./photo-format.js";
import { titlesOf, WRITABLE_PHOTO_FORMATS } from "./photo-formats.js";
import type { PhotoPart } from "./photo-header.js";

type CarriedMetadata = Omit<Additions, "beyond" | "width" | "height">;

export function carriedMetadata(photo: Photo, format: PhotoFormat, warnings: string[]): CarriedMetadata {
  const { metadata, parts } = photo.header;
  const kept = parts.filter((part) => part.format === format);
  for (const part of parts) {
    if (part.format === format) continue;
    warnings.push(`${part.what} is dropped: it is kept in ${part.format.title} only, not in ${format.title}`);
  }
  return {
    exif: carriedExif(metadata.exif, format, warnings),
    icc: photo.icc,
    xmp: carriedXmp(metadata.xmp, format, kept, warnings),
    iptc: carriedIptc(metadata.iptc, format, warnings),
    density: metadata.density,
    parts: kept.map(({ bytes }) => bytes),
  };
}

function carriedIptc(block: Buffer | undefined, format: PhotoFormat, warnings: string[]): Buffer | undefined {
  const records = block && iptcRecords(block);
  if (records === undefined) return undefined;
  const { maxIptcBytes, title } = format;
  if (maxIptcBytes !== undefined && records.length <= maxIptcBytes) return records;
  const keepers = titlesOf(WRITABLE_PHOTO_FORMATS.filter((other) => other.maxIptcBytes !== undefined));
  const reason =
    maxIptcBytes === undefined
      ? `they are kept in ${keepers} only, not in ${title}`
      : `they are too long for a ${title}`;
  warnings.push(`its IPTC captions are dropped: ${reason}`);
  return undefined;
}

function carriedExif(block: Buffer | undefined, format: PhotoFormat, warnings: string[]): Buffer | undefined {
  if (block === undefined) return undefined;
  const exif = ExifBlock.copyOf(block);
  const { maxExifBytes = Number.POSITIVE_INFINITY } = format;
  if (exif === undefined || exif.bytes.length > maxExifBytes) {
    warnings.push(`its EXIF is dropped: it ${exif === undefined ? "cannot be read" : "is too long"}`);
    return undefined;
  }
  exif.setUpright();
  exif.dropThumbnail();
  return exif.bytes.subarray(exif.bytes.toString("latin1", 0, 6) === "Exif\0\0" ? 6 : 0);
}

function carriedXmp(
  xmp: string | undefined,
  format: PhotoFormat,
  kept: readonly PhotoPart[],
  warnings: string[],
): string | undefined {
  if (xmp === undefined) return undefined;
  if (format.maxXmpBytes !== undefined && Buffer.byteLength(xmp) > format.maxXmpBytes) {
    warnings.push(`its XMP is dropped: it is too long for a ${format.title}`);
    return undefined;
  }
  const upright = xmp.replace(/(tiff:Orientation(?:>|=["']))[1-8]/g, "$11");
  if (kept.some(({ kind }) => kind === "extended XMP")) return upright;
  // The flag says that there is more in other segments of the file.
  return upright.replace(/\sxmpNote:HasExtendedXMP=["'][0-9A-Fa-f]{0,64}["']/g, "");
}
