/**
 * Metadata of a photo that is written upright, whatever way it was stored: an orientation that stayed would turn it once
 * more. The thumbnail in it shows the photo as it was, and goes. Exif 2.32, section 4.6; TIFF 6.0, section 2.
 */
import { beginsWith, bytesOf, latin1, viewOf } from "./bytes.js";

const ORIENTATION = 0x0112;
const EXIF_DIRECTORY = 0x8769;
const WIDTH = 0xa002;
const HEIGHT = 0xa003;
const SHORT = 3;
const LONG = 4;
const ENTRY_BYTES = 12;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @returns a copy with the orientation 1 and this size; as it is where it is no TIFF structure. */
export function uprightExif(exif: Uint8Array, { width, height }: Size): Uint8Array {
  const upright = Uint8Array.from(exif);
  const isLittle = beginsWith(upright, "II*\0");
  if (!isLittle && !beginsWith(upright, "MM\0*")) return upright;
  const view = viewOf(upright);
  const write = (at: number, value: number): void => {
    const type = view.getUint16(at + 2, isLittle);
    if (type === SHORT) view.setUint16(at + 8, Math.min(value, 65_535), isLittle);
    if (type === LONG) view.setUint32(at + 8, value, isLittle);
  };
  const first = view.getUint32(4, isLittle);
  const directory = entriesOf(view, first, isLittle);
  for (const at of directory) {
    const tag = view.getUint16(at, isLittle);
    if (tag === ORIENTATION) write(at, 1);
    if (tag !== EXIF_DIRECTORY) continue;
    for (const inner of entriesOf(view, view.getUint32(at + 8, isLittle), isLittle)) {
      const name = view.getUint16(inner, isLittle);
      if (name === WIDTH) write(inner, width);
      if (name === HEIGHT) write(inner, height);
    }
  }
  // The second directory is the thumbnail's.
  const next = first + 2 + ENTRY_BYTES * directory.length;
  if (directory.length > 0 && next + 4 <= upright.length) view.setUint32(next, 0, isLittle);
  return upright;
}

/** The value of the orientation, 1 to 8; 1 where there is none. */
export function orientationOf(exif: Uint8Array): number {
  const isLittle = beginsWith(exif, "II*\0");
  if ((!isLittle && !beginsWith(exif, "MM\0*")) || exif.length < 8) return 1;
  const view = viewOf(exif);
  const found = entriesOf(view, view.getUint32(4, isLittle), isLittle).find(
    (at) => view.getUint16(at, isLittle) === ORIENTATION,
  );
  const value = found === undefined ? 1 : view.getUint16(found + 8, isLittle);
  return value >= 1 && value <= 8 ? value : 1;
}

/** XMP says the orientation again, and browsers leave it alone. */
export function uprightXmp(xmp: Uint8Array): Uint8Array {
  return bytesOf(latin1(xmp).replace(/(tiff:Orientation(?:>|\s*=\s*["']))[2-8]/g, "$11"));
}

/** Where the entries of a directory begin; none of one that is not whole. */
function entriesOf(view: DataView, directory: number, isLittle: boolean): number[] {
  if (directory + 2 > view.byteLength) return [];
  const count = view.getUint16(directory, isLittle);
  if (directory + 2 + ENTRY_BYTES * count > view.byteLength) return [];
  return Array.from({ length: count }, (_, nth) => directory + 2 + ENTRY_BYTES * nth);
}
