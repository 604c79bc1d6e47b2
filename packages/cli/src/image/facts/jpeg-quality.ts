/** What a JPEG's tables tell about how it was compressed. */
import type { ReadableBytes } from "../photo-source.js";

// ITU-T T.81, table K.1, in zigzag order: the luminance table that libjpeg scales by its quality setting.
const LUMINANCE = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
  51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
  62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
] as const;

const START_OF_SCAN = 0xda;
const QUANTIZATION_TABLES = 0xdb;
// Headers of real photos end within a few hundred segments; a crafted file must not keep us walking forever.
const MAX_SEGMENTS = 10_000;

/**
 * The libjpeg quality, 1 to 100, whose luminance table is as fine as the file's: cameras and editors have
 * their own tables, so the sums of the tables are compared. Undefined where the file has no table.
 */
export async function estimateJpegQuality(file: ReadableBytes): Promise<number | undefined> {
  const table = await readLuminanceTable(file);
  if (table === undefined) return undefined;
  const wanted = sum(table);
  let best = 1;
  let smallestGap = Number.POSITIVE_INFINITY;
  for (let quality = 1; quality <= 100; quality++) {
    const gap = Math.abs(sum(scaledTable(quality)) - wanted);
    if (gap < smallestGap) [best, smallestGap] = [quality, gap];
  }
  return best;
}

/** libjpeg's jpeg_quality_scaling and jpeg_add_quant_table. */
function scaledTable(quality: number): number[] {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return LUMINANCE.map((entry) => Math.min(255, Math.max(1, Math.floor((entry * percent + 50) / 100))));
}

async function readLuminanceTable(file: ReadableBytes): Promise<readonly number[] | undefined> {
  let position = 2;
  for (let segment = 0; segment < MAX_SEGMENTS; segment++) {
    const header = await readAt(file, position, 4);
    if (header === undefined || header[0] !== 0xff) return undefined;
    const marker = header[1] as number;
    if (marker === 0xff) {
      position += 1; // a fill byte (T.81, B.1.1.2)
      continue;
    }
    if (marker === START_OF_SCAN) return undefined;
    const length = header.readUInt16BE(2);
    if (marker === QUANTIZATION_TABLES) {
      const tables = await readAt(file, position + 4, length - 2);
      const table = tables && tableZero(tables);
      if (table !== undefined) return table;
    }
    position += 2 + length;
  }
  return undefined;
}

/** Table 0, which holds luminance in every JPEG that follows JFIF or Exif (T.81, B.2.4.1). */
function tableZero(tables: Buffer): number[] | undefined {
  let position = 0;
  while (position < tables.length) {
    const head = tables[position] as number;
    const entryBytes = head >> 4 === 0 ? 1 : 2;
    const entries = tables.subarray(position + 1, position + 1 + 64 * entryBytes);
    if (entries.length < 64 * entryBytes) return undefined;
    if ((head & 15) === 0) {
      return Array.from({ length: 64 }, (_, index) => entries.readUIntBE(index * entryBytes, entryBytes));
    }
    position += 1 + 64 * entryBytes;
  }
  return undefined;
}

async function readAt(file: ReadableBytes, position: number, length: number): Promise<Buffer | undefined> {
  if (length <= 0) return undefined;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return bytesRead === length ? buffer : undefined;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
