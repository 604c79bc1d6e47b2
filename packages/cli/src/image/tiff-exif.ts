/** EXIF in and out of TIFF files. */
import type { FileHandle } from "node:fs/promises";
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

const SUBFILE_TYPE = 0x00fe;
const EXIF_FOLDER = 0x8769;
const PIXEL_WIDTH = 0xa002;
const PIXEL_HEIGHT = 0xa003;
const TYPE_LONG = 4;

/** Description, maker, model, software, date, artist, copyright: what a photo's main folder says beside its pixels. */
const DESCRIPTIVE_TAGS = [0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298];

export interface TiffFacts {
  /** As a block of its own, as other formats hold it. */
  readonly exif: Buffer | undefined;
  /** The first picture is a smaller version of another one: how most camera raw files begin. */
  readonly isReduced: boolean;
}

/** What a TIFF file says about its first picture; undefined for BigTIFF and for what is no TIFF. */
export async function readTiffFacts(file: FileHandle): Promise<TiffFacts | undefined> {
  const read: TiffReader = async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return bytesRead === length ? buffer : undefined;
  };
  const head = await readTiffHead(read);
  if (head === undefined) return undefined;
  const carried = [...DESCRIPTIVE_TAGS, ...FOLDER_TAGS, SUBFILE_TYPE];
  const { entries, folders } = await readFolder(read, head.littleEndian, head.firstFolder, (tag) =>
    carried.includes(tag),
  );
  const subfileType = entries.find(({ tag }) => tag === SUBFILE_TYPE)?.data[0] ?? 0;
  const descriptive = entries.filter(({ tag }) => tag !== SUBFILE_TYPE);
  return {
    exif: descriptive.length + folders.size > 0 ? exifBlock({ entries: descriptive, folders }) : undefined,
    isReduced: (subfileType & 1) === 1,
  };
}

/**
 * A TIFF with the EXIF of a block laid into it.
 *
 * @param tiff little-endian, with 32-bit offsets, as the image library writes it.
 * @returns undefined for another TIFF, or a block that cannot be read.
 */
export async function tiffWithExif(
  tiff: Buffer,
  exif: Buffer,
  size: { readonly width: number; readonly height: number },
): Promise<Buffer | undefined> {
  const target = await readTiffHead(readerOf(tiff));
  const start = exif.toString("latin1", 0, 6) === "Exif\0\0" ? 6 : 0;
  const read = readerOf(exif.subarray(start));
  const source = await readTiffHead(read);
  if (target === undefined || !target.littleEndian || source === undefined) return undefined;
  const carried = [...DESCRIPTIVE_TAGS, ...FOLDER_TAGS];
  const { entries, folders } = await readFolder(read, source.littleEndian, source.firstFolder, (tag) =>
    carried.includes(tag),
  );
  const rows = await readRows(readerOf(tiff), target.firstFolder);
  const taken = rows.map((row) => row.readUInt16LE());
  const added: ExifFolder = {
    entries: entries.filter(({ tag }) => !taken.includes(tag)),
    folders: new Map(
      [...folders].map(([tag, folder]) => [tag, tag === EXIF_FOLDER ? resized(folder, size) : folder]),
    ),
  };
  const offset = tiff.length + (tiff.length % 2);
  const padded = Buffer.concat([tiff, Buffer.alloc(tiff.length % 2), writeFolder(added, offset, rows)]);
  padded.writeUInt32LE(offset, 4);
  return padded;
}

function exifBlock(folder: ExifFolder): Buffer {
  return Buffer.concat([Buffer.from("Exif\0\0II*\0\x08\0\0\0", "latin1"), writeFolder(folder, 8)]);
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
