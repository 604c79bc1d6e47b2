/** Which of a photo's metadata a format takes, and in what form. */
import { ExifBlock } from "./exif.js";
import { type CarriedMetadata, MAX_EXIF_BYTES } from "./metadata-carrier.js";
import type { Photo } from "./photo.js";
import type { PhotoFormat } from "./photo-format.js";
import { titlesOf, WRITABLE_PHOTO_FORMATS } from "./photo-formats.js";

export function carriedMetadata(photo: Photo, format: PhotoFormat, warnings: string[]): CarriedMetadata {
  const { metadata } = photo.header;
  const keepsIptc = metadata.iptc === undefined || format.holdsIptc === true;
  if (!keepsIptc) {
    const keepers = titlesOf(WRITABLE_PHOTO_FORMATS.filter(({ holdsIptc }) => holdsIptc));
    warnings.push(`its IPTC captions are dropped: they are kept in ${keepers} only, not in ${format.title}`);
  }
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
  if (exif === undefined || exif.bytes.length > MAX_EXIF_BYTES) {
    warnings.push(`its EXIF is dropped: it ${exif === undefined ? "cannot be read" : "is too long"}`);
    return undefined;
  }
  exif.setUpright();
  exif.dropThumbnail();
  return exif.bytes;
}

function carriedXmp(xmp: string | undefined, format: PhotoFormat, warnings: string[]): string | undefined {
  if (xmp === undefined) return undefined;
  if (format.maxXmpBytes !== undefined && Buffer.byteLength(xmp) > format.maxXmpBytes) {
    warnings.push(`its XMP is dropped: it is too long for a ${format.title}`);
    return undefined;
  }
  return xmp.replace(/(tiff:Orientation(?:>|=["']))[1-8]/g, "$11");
}
