/** The pages of a TIFF (TIFF 6.0, section 2). */
import { pointerAt, type TiffHead, type TiffReader } from "../exif-tree.js";

const NEW_SUBFILE_TYPE = 0x00fe;
const OLD_SUBFILE_TYPE = 0x00ff;
// A scanned book has a thousand; a crafted file must not keep us walking.
const MAX_PAGES = 10_000;
const MAX_ROWS = 1000;

/** How many pages there are beside those that are smaller versions of another one: thumbnails, steps of a pyramid. */
export async function pagesOf(read: TiffReader, head: TiffHead): Promise<number> {
  const { littleEndian, big } = head;
  const [countBytes, rowBytes, valueAt] = big ? [8, 20, 12] : [2, 12, 8];
  const seen = new Set<number>();
  let pages = 0;
  for (let at = head.firstFolder; at > 0 && !seen.has(at) && seen.size < MAX_PAGES; ) {
    seen.add(at);
    const count = await read(at, countBytes);
    const rows = count && (big ? pointerAt(count, 0, head) : short(count, 0, littleEndian));
    if (rows === undefined || rows > MAX_ROWS) break;
    const table = await read(at + countBytes, rowBytes * rows + (big ? 8 : 4));
    if (table === undefined) break;
    const isSmaller = Array.from({ length: rows }, (_, row) =>
      table.subarray(rowBytes * row, rowBytes * (row + 1)),
    ).some((row) => saysSmaller(row, valueAt, littleEndian));
    if (!isSmaller) pages++;
    at = pointerAt(table, rowBytes * rows, head);
  }
  return pages;
}

function saysSmaller(row: Buffer, valueAt: number, littleEndian: boolean): boolean {
  const tag = short(row, 0, littleEndian);
  if (tag === OLD_SUBFILE_TYPE) return short(row, valueAt, littleEndian) === 2;
  if (tag !== NEW_SUBFILE_TYPE) return false;
  return ((littleEndian ? row.readUInt32LE(valueAt) : row.readUInt32BE(valueAt)) & 1) === 1;
}

function short(bytes: Buffer, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}
