/** Tags of a TIFF (TIFF 6.0; XMP part 3, section 3.2.2; ICC.1:2022, annex B.3). */
import { codeOfUnit, type Density, densityIn } from "../density.js";
import {
  type ExifEntry,
  type ExifFolder,
  FOLDER_TAGS,
  readFolder,
  readRows,
  readTiffHead,
  type TiffReader,
  writeFolder,
} from "../exif-tree.js";
import type { Additions } from "../photo-format.js";

const EXIF_FOLDER = 0x8769;
const PIXEL_WIDTH = 0xa002;
const PIXEL_HEIGHT = 0xa003;
const X_RESOLUTION = 0x011a;
const Y_RESOLUTION = 0x011b;
const RESOLUTION_UNIT = 0x0128;
const EXTRA_SAMPLES = 0x0152;
const XMP = 0x02bc;
const IPTC = 0x83bb;
const PROFILE = 0x8773;
const TYPE_BYTE = 1;
const TYPE_SHORT = 3;
const TYPE_LONG = 4;
const TYPE_RATIONAL = 5;
const TYPE_UNDEFINED = 7;

/** Description, maker, model, software, date, artist, copyright: what a photo's main folder says beside its pixels. */
export const DESCRIPTIVE_TAGS: readonly number[] = [0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298];

/**
 * A TIFF with metadata laid into its first folder.
 *
 * @param tiff little-endian, with 32-bit offsets, as the image library writes it.
 * @returns undefined for another TIFF, or EXIF that cannot be read.
 */
export async function tiffWith(tiff: Buffer, additions: Additions): Promise<Buffer | undefined> {
  const target = await readTiffHead(readerOf(tiff));
  if (target === undefined || !target.littleEndian || target.big) return undefined;
  const { exif } = additions;
  const carried = exif === undefined ? { entries: [], folders: new Map() } : await folderOf(exif);
  if (carried === undefined) return undefined;
  const replaced = replacedTags(additions);
  const written = await readRows(readerOf(tiff), target.firstFolder);
  const rows = written.filter((row) => !replaced.some(({ tag }) => tag === row.readUInt16LE()));
  const taken = [...rows.map((row) => row.readUInt16LE()), ...replaced.map(({ tag }) => tag)];
  const added: ExifFolder = {
    entries: [...replaced, ...carried.entries.filter(({ tag }) => !taken.includes(tag))],
    folders: new Map(
      [...carried.folders].map(([tag, folder]) => [
        tag,
        tag === EXIF_FOLDER ? resized(folder, additions) : folder,
      ]),
    ),
  };
  const offset = tiff.length + (tiff.length % 2);
  const padded = Buffer.concat([tiff, Buffer.alloc(tiff.length % 2), writeFolder(added, offset, rows)]);
  padded.writeUInt32LE(offset, 4);
  return padded;
}

/** Tags that take the place of what the image library wrote, or left out. */
function replacedTags({ icc, xmp, iptc, density, beyond }: Additions): ExifEntry[] {
  const bytes = (tag: number, type: number, data: Buffer | undefined): ExifEntry[] =>
    data === undefined ? [] : [{ tag, type, count: data.length, data }];
  return [
    ...resolutionTags(density),
    ...bytes(XMP, TYPE_BYTE, xmp === undefined ? undefined : Buffer.from(xmp)),
    ...bytes(IPTC, TYPE_UNDEFINED, iptc),
    ...bytes(PROFILE, TYPE_UNDEFINED, icc),
    ...(beyond.length === 0 ? [] : [shorts(EXTRA_SAMPLES, beyond)]),
  ];
}

/** Without a unit they say the shape of a pixel; the image library would invent one pixel a millimetre. */
function resolutionTags(density: Density = { x: 1, y: 1, unit: "none" }): ExifEntry[] {
  const { unit } = density;
  const code = codeOfUnit(unit === "metre" ? "centimetre" : unit);
  const { x, y } = (unit === "metre" ? densityIn("centimetre", density) : undefined) ?? density;
  return [rational(X_RESOLUTION, x), rational(Y_RESOLUTION, y), shorts(RESOLUTION_UNIT, [code])];
}

function shorts(tag: number, values: readonly number[]): ExifEntry {
  const data = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => {
    data.writeUInt16LE(value, 2 * index);
  });
  return { tag, type: TYPE_SHORT, count: values.length, data };
}

/** In ten-thousandths where it is no whole number. */
function rational(tag: number, value: number): ExifEntry {
  const denominator = Number.isInteger(value) || value > 400_000 ? 1 : 10_000;
  const data = Buffer.alloc(8);
  data.writeUInt32LE(Math.min(2 ** 32 - 1, Math.round(value * denominator)), 0);
  data.writeUInt32LE(denominator, 4);
  return { tag, type: TYPE_RATIONAL, count: 1, data };
}

/** What a block of EXIF says that has a place in a TIFF. */
async function folderOf(exif: Buffer): Promise<ExifFolder | undefined> {
  const read = readerOf(exif);
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
