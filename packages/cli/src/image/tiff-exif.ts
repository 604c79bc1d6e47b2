/** What the image library does not write into a TIFF: EXIF, and the kinds of its channels. */
import {
  type ExifEntry,
  type ExifFolder,
  FOLDER_TAGS,
  readFolder,
  readRows,
  readTiffHead,
  type TiffReader,
  writeFolder,
} from "./exif-tree.js";

const EXIF_FOLDER = 0x8769;
const PIXEL_WIDTH = 0xa002;
const PIXEL_HEIGHT = 0xa003;
const EXTRA_SAMPLES = 0x0152;
const TYPE_SHORT = 3;
const TYPE_LONG = 4;

/** Description, maker, model, software, date, artist, copyright: what a photo's main folder says beside its pixels. */
export const DESCRIPTIVE_TAGS: readonly number[] = [0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298];

export interface TiffAdditions {
  readonly exif: Buffer | undefined;
  /** Tags that take the place of what the image library wrote. */
  readonly replaced: readonly ExifEntry[];
}

/** The kind of every channel beyond the colours: 0 unspecified, 1 associated alpha, 2 unassociated alpha. */
export function extraSamples(kinds: readonly number[]): ExifEntry {
  const data = Buffer.alloc(2 * kinds.length);
  kinds.forEach((kind, index) => {
    data.writeUInt16LE(kind, 2 * index);
  });
  return { tag: EXTRA_SAMPLES, type: TYPE_SHORT, count: kinds.length, data };
}

/**
 * A TIFF with the EXIF of a block and some tags laid into its first folder.
 *
 * @param tiff little-endian, with 32-bit offsets, as the image library writes it.
 * @returns undefined for another TIFF, or a block that cannot be read.
 */
export async function tiffWith(
  tiff: Buffer,
  { exif, replaced }: TiffAdditions,
  size: { readonly width: number; readonly height: number },
): Promise<Buffer | undefined> {
  const target = await readTiffHead(readerOf(tiff));
  if (target === undefined || !target.littleEndian || target.big) return undefined;
  const carried = exif === undefined ? { entries: [], folders: new Map() } : await folderOf(exif);
  if (carried === undefined) return undefined;
  const written = await readRows(readerOf(tiff), target.firstFolder);
  const rows = written.filter((row) => !replaced.some(({ tag }) => tag === row.readUInt16LE()));
  const taken = [...rows.map((row) => row.readUInt16LE()), ...replaced.map(({ tag }) => tag)];
  const added: ExifFolder = {
    entries: [...replaced, ...carried.entries.filter(({ tag }) => !taken.includes(tag))],
    folders: new Map(
      [...carried.folders].map(([tag, folder]) => [
        tag,
        tag === EXIF_FOLDER ? resized(folder, size) : folder,
      ]),
    ),
  };
  const offset = tiff.length + (tiff.length % 2);
  const padded = Buffer.concat([tiff, Buffer.alloc(tiff.length % 2), writeFolder(added, offset, rows)]);
  padded.writeUInt32LE(offset, 4);
  return padded;
}

/** What a block of EXIF says that has a place in a TIFF. */
async function folderOf(exif: Buffer): Promise<ExifFolder | undefined> {
  const start = exif.toString("latin1", 0, 6) === "Exif\0\0" ? 6 : 0;
  const read = readerOf(exif.subarray(start));
  const head = await readTiffHead(read);
  const carried = [...DESCRIPTIVE_TAGS, ...FOLDER_TAGS];
  return head && readFolder(read, head, head.firstFolder, (tag) => carried.includes(tag));
}

function readerOf(bytes: Buffer): TiffReader {
  return async (offset, length) =>
    offset + length <= bytes.length ? bytes.subarray(offset, offset + length) : undefined;
}

/** The folder with the size of the pixels, where it tells one: a turned photo has its sides exchanged. */
function resized(folder: ExifFolder, { width, height }: { width: number; height: number }): ExifFolder {
  const sizes = new Map([
    [PIXEL_WIDTH, width],
    [PIXEL_HEIGHT, height],
  ]);
  const entries = folder.entries.map((entry): ExifEntry => {
    const value = sizes.get(entry.tag);
    if (value === undefined) return entry;
    const data = Buffer.alloc(4);
    data.writeUInt32LE(value);
    return { tag: entry.tag, type: TYPE_LONG, count: 1, data };
  });
  return { ...folder, entries };
}
