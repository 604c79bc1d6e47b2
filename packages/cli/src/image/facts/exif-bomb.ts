/**
 * EXIF that is made to take long. The reader inside the image library follows pointers of folders without end where
 * they hold nothing else, and takes the bytes of every entry: 24 KB kept it busy for minutes, and no signal of
 * Node's stops it. So EXIF is looked at before that.
 */
import type { UnreadStorage } from "./file-facts.js";

/** Folders of camera settings, of position, and of interoperability. */
const POINTERS = [0x8769, 0x8825, 0xa005];
/** Bytes of one value by its type (TIFF 6.0, section 2). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];
// A real file has four: settings, position, interoperability, and those of the thumbnail.
const MOST_POINTERS = 16;
// A folder that points to itself once is a circle without branches, which the library gets through at once.
const DEEPEST = 8;
// All entries of a real file together are shorter than its EXIF.
const MOST_REPEATED = 4;
const ROW_BYTES = 12;

export const EXIF_BOMB: UnreadStorage = {
  expected: "EXIF that is read in one go",
  received: "folders that point to each other, or entries that share their bytes",
  repair: "It is made to take long. Remove it, with exiftool -all= for one.",
};

/** @param exif a TIFF structure, with or without `Exif\0\0` before it. */
export function isExifBomb(exif: Buffer): boolean {
  const tiff = exif.toString("latin1", 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif;
  const order = tiff.toString("latin1", 0, 4);
  if (order !== "II*\0" && order !== "MM\0*") return false;
  const budget = { pointers: MOST_POINTERS, bytes: MOST_REPEATED * tiff.length };
  const littleEndian = order === "II*\0";
  const uint = (at: number, length: 2 | 4): number =>
    at + length > tiff.length ? 0 : littleEndian ? tiff.readUIntLE(at, length) : tiff.readUIntBE(at, length);
  const first = uint(4, 4);
  spend(tiff, first, littleEndian, budget);
  // Behind its entries the first folder names the one of the thumbnail.
  spend(tiff, uint(first + 2 + ROW_BYTES * uint(first, 2), 4), littleEndian, budget);
  return budget.pointers < 0 || budget.bytes < 0;
}

/** Goes where the pointers lead, also in circles, until the budget is spent or it is deep enough. */
function spend(
  tiff: Buffer,
  offset: number,
  littleEndian: boolean,
  budget: { pointers: number; bytes: number },
  depth = 1,
): void {
  const uint = (at: number, length: 2 | 4): number =>
    littleEndian ? tiff.readUIntLE(at, length) : tiff.readUIntBE(at, length);
  if (depth > DEEPEST || offset + 2 > tiff.length) return;
  const rows = uint(offset, 2);
  for (let row = 0; row < rows && budget.pointers >= 0; row++) {
    const at = offset + 2 + ROW_BYTES * row;
    if (at + ROW_BYTES > tiff.length) return;
    if (POINTERS.includes(uint(at, 2))) {
      budget.pointers--;
      if (budget.pointers >= 0) spend(tiff, uint(at + 8, 4), littleEndian, budget, depth + 1);
    } else {
      const bytes = (TYPE_BYTES[uint(at + 2, 2)] ?? 0) * uint(at + 4, 4);
      // The library leaves out what lies beyond the end.
      if (bytes > 4 && bytes <= tiff.length) budget.bytes -= bytes;
    }
  }
}

/** The same for a file of which it is not known where its EXIF lies. */
export function holdsExifBomb(file: Buffer): boolean {
  return ["II*\0", "MM\0*"].some((order) => {
    const signature = Buffer.from(order, "latin1");
    for (let at = file.indexOf(signature); at >= 0; at = file.indexOf(signature, at + 1)) {
      if (isExifBomb(file.subarray(at))) return true;
    }
    return false;
  });
}
