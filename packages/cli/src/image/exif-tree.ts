/**
 * EXIF as folders of entries, for the one format whose EXIF the image library neither reads nor writes: in a
 * TIFF it is part of the file's own structure (TIFF 6.0, section 2; Exif 2.32, section 4.5), so it has to be
 * taken out of one file and laid into another.
 */

/** Reads `length` bytes at an offset from the start of a TIFF structure; undefined past its end. */
export type TiffReader = (offset: number, length: number) => Promise<Buffer | undefined>;

export interface ExifEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Values, little-endian. */
  readonly data: Buffer;
  /** Of an entry that was read: where its values begin. */
  readonly position?: number;
}

export interface ExifFolder {
  readonly entries: readonly ExifEntry[];
  /** Folders that entries point to, by the entry's tag. */
  readonly folders: ReadonlyMap<number, ExifFolder>;
}

/** Tags that point to the folders of camera settings, of position, and of interoperability. */
export const FOLDER_TAGS: readonly number[] = [0x8769, 0x8825, 0xa005];

const TYPE_LONG = 4;

/** Bytes of one value of each type, and of the parts of it whose order follows the file's byte order. */
const TYPES: Readonly<Record<number, readonly [size: number, part: number]>> = {
  1: [1, 1],
  2: [1, 1],
  3: [2, 2],
  4: [4, 4],
  5: [8, 4],
  6: [1, 1],
  7: [1, 1],
  8: [2, 2],
  9: [4, 4],
  10: [8, 4],
  11: [4, 4],
  12: [8, 8],
};

// Real folders have under a hundred entries; maker notes, the largest, have under 100 KB. All folders of a file
// together have no more than this: entries may point to each other and to the same bytes.
const MAX_ENTRIES = 1000;
const MAX_BYTES = 1 << 22;
const DEEPEST = 3;

/** What is left to be read of a tree, and where its folders begin that were read. */
class Budget {
  readonly #seen = new Set<number>();
  entries: number = MAX_ENTRIES;
  bytes: number = MAX_BYTES;

  /** False for a folder that was read already. */
  enter(offset: number): boolean {
    if (this.#seen.has(offset)) return false;
    this.#seen.add(offset);
    return true;
  }
}

export interface TiffHead {
  readonly littleEndian: boolean;
  /** BigTIFF: counts and offsets of 64 bits. */
  readonly big: boolean;
  readonly firstFolder: number;
}

/** @returns undefined for what is no TIFF structure. */
export async function readTiffHead(read: TiffReader): Promise<TiffHead | undefined> {
  const head = await read(0, 8);
  const magic = /^(?:II([*+])\0|MM\0([*+]))$/.exec(head?.toString("latin1", 0, 4) ?? "");
  if (head === undefined || magic === null) return undefined;
  const littleEndian = magic[1] !== undefined;
  const big = (magic[1] ?? magic[2]) === "+";
  const offset = big ? await read(8, 8) : head.subarray(4);
  if (offset === undefined) return undefined;
  return { littleEndian, big, firstFolder: pointerAt(offset, 0, { littleEndian, big }) };
}

/**
 * Reads a folder and those below it; entries that are damaged are left out, and so is what more than a real file has.
 *
 * @param offset the first folder by default.
 * @param wanted which entries of this folder to read; all of them below it.
 */
export async function readFolder(
  read: TiffReader,
  head: TiffHead,
  offset: number = head.firstFolder,
  wanted: (tag: number) => boolean = () => true,
): Promise<ExifFolder> {
  return readTree(read, head, offset, wanted, new Budget(), 1);
}

async function readTree(
  read: TiffReader,
  head: TiffHead,
  offset: number,
  wanted: (tag: number) => boolean,
  budget: Budget,
  depth: number,
): Promise<ExifFolder> {
  const { littleEndian, big } = head;
  const entries: ExifEntry[] = [];
  const folders = new Map<number, ExifFolder>();
  const [countBytes, rowBytes, valueAt] = big ? [8, 20, 12] : [2, 12, 8];
  if (!budget.enter(offset)) return { entries, folders };
  const count = await read(offset, countBytes);
  // The high bytes of a 64-bit count are 0 in every real folder.
  const countAt = big && !littleEndian ? 6 : 0;
  const entryCount =
    count === undefined ? 0 : Math.min(budget.entries, uint(count, countAt, 2, littleEndian));
  budget.entries -= entryCount;
  const table = await read(offset + countBytes, rowBytes * entryCount);
  for (let index = 0; table !== undefined && index < entryCount; index++) {
    const raw = table.subarray(rowBytes * index, rowBytes * (index + 1));
    const tag = uint(raw, 0, 2, littleEndian);
    if (!wanted(tag)) continue;
    if (FOLDER_TAGS.includes(tag)) {
      const pointer = pointerAt(raw, valueAt, head);
      if (depth < DEEPEST && !folders.has(tag)) {
        folders.set(tag, await readTree(read, head, pointer, () => true, budget, depth + 1));
      }
      continue;
    }
    const entry = await readEntry(read, raw, offset + countBytes + rowBytes * index, head, budget);
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, folders };
}

async function readEntry(
  read: TiffReader,
  raw: Buffer,
  row: number,
  head: Pick<TiffHead, "littleEndian" | "big">,
  budget: Budget,
): Promise<ExifEntry | undefined> {
  const { littleEndian, big } = head;
  const tag = uint(raw, 0, 2, littleEndian);
  const type = uint(raw, 2, 2, littleEndian);
  const count = pointerAt(raw, 4, head);
  const [size, part] = TYPES[type] ?? [0, 0];
  const length = size * count;
  if (length === 0 || length > budget.bytes) return undefined;
  budget.bytes -= length;
  const [valueAt, room] = big ? [12, 8] : [8, 4];
  const position = length <= room ? row + valueAt : pointerAt(raw, valueAt, head);
  const stored = length <= room ? raw.subarray(valueAt, valueAt + length) : await read(position, length);
  if (stored === undefined) return undefined;
  const data = Buffer.from(stored);
  if (!littleEndian) swapParts(data, part);
  return { tag, type, count, data, position };
}

function swapParts(data: Buffer, part: number): void {
  if (part === 2) data.swap16();
  else if (part === 4) data.swap32();
  else if (part === 8) data.swap64();
}

/** A count or an offset: 32 bits, in BigTIFF 64 (exact up to 2^53, beyond any file). */
export function pointerAt(bytes: Buffer, at: number, head: Pick<TiffHead, "littleEndian" | "big">): number {
  const { littleEndian, big } = head;
  if (!big) return uint(bytes, at, 4, littleEndian);
  return Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}

function uint(bytes: Buffer, at: number, length: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
}

/**
 * The bytes of a folder, little-endian, for a place at `offset` of a TIFF structure: the table, then the values
 * that do not fit into it, then the folders below.
 *
 * @param rows finished rows of the table, 12 bytes each, whose values lie elsewhere in the structure.
 */
export function writeFolder(folder: ExifFolder, offset: number, rows: readonly Buffer[] = []): Buffer {
  const parts: Buffer[] = [];
  let end = offset + 2 + 12 * (rows.length + folder.entries.length + folder.folders.size) + 4;
  const place = (bytes: Buffer): Buffer => {
    const pointer = Buffer.alloc(4);
    pointer.writeUInt32LE(end);
    parts.push(bytes, Buffer.alloc(bytes.length % 2));
    end += bytes.length + (bytes.length % 2);
    return pointer;
  };
  const all = [
    ...rows,
    ...folder.entries.map(({ tag, type, count, data }) =>
      tableRow(tag, type, count, data.length <= 4 ? data : place(data)),
    ),
    ...[...folder.folders].map(([tag, below]) => tableRow(tag, TYPE_LONG, 1, place(writeFolder(below, end)))),
  ].sort((a, b) => a.readUInt16LE() - b.readUInt16LE());
  const count = Buffer.alloc(2);
  count.writeUInt16LE(all.length);
  const noNextFolder = Buffer.alloc(4);
  return Buffer.concat([count, ...all, noNextFolder, ...parts]);
}

/** The rows of a little-endian folder, as they are. */
export async function readRows(read: TiffReader, offset: number): Promise<readonly Buffer[]> {
  const count = (await read(offset, 2))?.readUInt16LE() ?? 0;
  const table = await read(offset + 2, 12 * count);
  if (table === undefined) return [];
  return Array.from({ length: count }, (_, index) => table.subarray(12 * index, 12 * index + 12));
}

function tableRow(tag: number, type: number, count: number, value: Buffer): Buffer {
  const row = Buffer.alloc(12);
  row.writeUInt16LE(tag, 0);
  row.writeUInt16LE(type, 2);
  row.writeUInt32LE(count, 4);
  value.copy(row, 8);
  return row;
}
