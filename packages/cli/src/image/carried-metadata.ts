/** Which of a photo's metadata a format takes, and in what form. */
import { ExifBlock } from "./exif.js";
import { type CarriedMetadata, MAX_EXIF_BYTES } from "./metadata-carrier.js";
import type { Photo } from "./photo.js";
import { FORMATS, type PhotoFormat } from "./photo-format.js";

/** The main packet of XMP in a JPEG (XMP part 3, section 1.1.3). */
const MAX_JPEG_XMP_BYTES = 65_502;

export function carriedMetadata(photo: Photo, format: PhotoFormat, warnings: string[]): CarriedMetadata {
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
  if (format === "jpeg" && Buffer.byteLength(xmp) > MAX_JPEG_XMP_BYTES) {
    warnings.push("its XMP is dropped: it is too long for a JPEG");
    return undefined;
  }
  return xmp.replace(/(tiff:Orientation(?:>|=["']))[1-8]/g, "$11");
}
