/**
 * An AVIF whose metadata have travelled with its pixels. On the way the image library fits the resolution that EXIF
 * tells to its own, which knows no pixels without a unit: it is set back.
 */
import { ExifBlock } from "../exif.js";
import type { Additions } from "../photo-format.js";

export function avifWith(avif: Buffer, { exif }: Additions): Buffer {
  if (exif === undefined) return avif;
  const starts = ["II*\0", "MM\0*"].map((order) => avif.indexOf(Buffer.from(`Exif\0\0${order}`, "latin1")));
  const start = starts.find((position) => position >= 0);
  const written = start === undefined ? undefined : ExifBlock.over(avif.subarray(start));
  const own = ExifBlock.over(exif);
  if (written !== undefined && own !== undefined) written.copyResolution(own);
  return avif;
}
