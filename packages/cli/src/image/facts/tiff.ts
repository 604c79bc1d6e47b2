/** What the first folder of a TIFF says of its picture (TIFF 6.0, sections 8, 16 and 18; BigTIFF). */

import { DESCRIPTIVE_TAGS } from "../containers/tiff.js";
import { type Density, densityUnit } from "../density.js";
import {
  type ExifEntry,
  type ExifFolder,
  FOLDER_TAGS,
  readFolder,
  readTiffHead,
  type TiffReader,
  writeFolder,
} from "../exif-tree.js";
import type { ReadableBytes } from "../photo-source.js";
import type { ChannelLayout, FileFacts, UnreadStorage } from "./file-facts.js";
import { pagesOf } from "./tiff-pages.js";
import { unreadLab, unreadTiff } from "./unread-tiff.js";

const SUBFILE_TYPE = 0x00fe;
const BITS_PER_SAMPLE = 0x0102;
const COMPRESSION = 0x0103;
const PHOTOMETRIC = 0x0106;
const SAMPLES_PER_PIXEL = 0x0115;
const PLANAR_CONFIGURATION = 0x011c;
const INK_SET = 0x014c;
const EXTRA_SAMPLES = 0x0152;
const SAMPLE_FORMAT = 0x0153;
const X_RESOLUTION = 0x011a;
const Y_RESOLUTION = 0x011b;
const RESOLUTION_UNIT = 0x0128;
const TRANSFER_FUNCTION = 0x012d;
const PRIMARY_CHROMATICITIES = 0x013f;
const SRGB_PRIMARIES = [0.64, 0.33, 0.3, 0.6, 0.15, 0.06] as const;
const STRUCTURE_TAGS = [
  X_RESOLUTION,
  Y_RESOLUTION,
  RESOLUTION_UNIT,
  TRANSFER_FUNCTION,
  PRIMARY_CHROMATICITIES,
  SUBFILE_TYPE,
  BITS_PER_SAMPLE,
  COMPRESSION,
  PHOTOMETRIC,
  SAMPLES_PER_PIXEL,
  PLANAR_CONFIGURATION,
  INK_SET,
  EXTRA_SAMPLES,
  SAMPLE_FORMAT,
];

const MAX_BEYOND = 256;

const SEPARATED = 5;
const LAB = [8, 9, 10];
/** Samples behind a colour filter, and of a sensor (DNG 1.7, chapter 4). */
const RAW = [32_803, 34_892];
/** Colour samples by photometric interpretation: grey (two ways), RGB, palette, inks, YCbCr, three kinds of Lab. */
const COLOURS: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3, 9: 3, 10: 3 };

export async function readTiffFacts(file: ReadableBytes): Promise<FileFacts> {
  const read: TiffReader = async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return bytesRead === length ? buffer : undefined;
  };
  const head = await readTiffHead(read);
  if (head === undefined) return {};
  const wanted = new Set([...DESCRIPTIVE_TAGS, ...FOLDER_TAGS, ...STRUCTURE_TAGS]);
  const { entries, folders } = await readFolder(read, head, head.firstFolder, (tag) => wanted.has(tag));
  const descriptive = entries.filter(({ tag }) => !STRUCTURE_TAGS.includes(tag));
  const [subfileType = 0] = values(entries, SUBFILE_TYPE);
  return {
    exif: descriptive.length + folders.size > 0 ? exifBlock({ entries: descriptive, folders }) : undefined,
    isRaw: (subfileType & 1) === 1 || RAW.includes(values(entries, PHOTOMETRIC)[0] ?? 1),
    frames: await pagesOf(read, head),
    unread: unreadOf(entries),
    channels: channelsOf(entries),
    density: densityOf(entries),
    unreadColours: entries.some(({ tag }) => tag === TRANSFER_FUNCTION) || hasOtherPrimaries(entries),
  };
}

/** Two of the three samples of Lab are signed, and writers differ about saying so. */
function unreadOf(entries: readonly ExifEntry[]): UnreadStorage | undefined {
  const [compression = 1] = values(entries, COMPRESSION);
  const [photometric = 1] = values(entries, PHOTOMETRIC);
  const bits = values(entries, BITS_PER_SAMPLE);
  if (LAB.includes(photometric)) return unreadLab(photometric, bits) ?? unreadTiff(compression, bits, []);
  return unreadTiff(compression, bits, values(entries, SAMPLE_FORMAT));
}

function channelsOf(entries: readonly ExifEntry[]): ChannelLayout {
  const [photometric = 1] = values(entries, PHOTOMETRIC);
  const [samples = 1] = values(entries, SAMPLES_PER_PIXEL);
  const [planar] = values(entries, PLANAR_CONFIGURATION);
  const [inks = 1] = values(entries, INK_SET);
  const colours = COLOURS[photometric] ?? 3;
  const kinds = values(entries, EXTRA_SAMPLES);
  // A crafted file may say four thousand million; what is too many is refused by the count that the library tells.
  const beyond = Math.min(MAX_BEYOND, Math.max(0, samples - colours));
  return {
    colours,
    // Channels that the file does not explain are unspecified: a saved selection is no transparency.
    beyond: Array.from({ length: beyond }, (_, index) => kinds[index] ?? 0),
    beyondAt: entries.find(({ tag }) => tag === EXTRA_SAMPLES)?.position,
    planar: planar === 2,
    otherInks: photometric === SEPARATED && inks !== 1,
  };
}

/** Primaries that are not those of sRGB (IEC 61966-2-1), which ImageMagick writes into every file. */
function hasOtherPrimaries(entries: readonly ExifEntry[]): boolean {
  const entry = entries.find(({ tag }) => tag === PRIMARY_CHROMATICITIES);
  if (entry === undefined) return false;
  const told = SRGB_PRIMARIES.map((_, index) => rationalAt(entry.data, index));
  return !SRGB_PRIMARIES.every((value, index) => Math.abs(value - (told[index] ?? Number.NaN)) < 0.001);
}

/** NaN where there is none. */
function rationalAt(data: Buffer, index: number): number {
  const at = 8 * index;
  return at + 8 <= data.length ? data.readUInt32LE(at) / data.readUInt32LE(at + 4) : Number.NaN;
}

function densityOf(entries: readonly ExifEntry[]): Density | undefined {
  const [x, y] = [X_RESOLUTION, Y_RESOLUTION].map((wanted) => {
    const data = entries.find(({ tag }) => tag === wanted)?.data;
    return data?.length === 8 ? rationalAt(data, 0) : Number.NaN;
  });
  if (x === undefined || y === undefined || !(x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y))) {
    return undefined;
  }
  const [unit = 2] = values(entries, RESOLUTION_UNIT);
  return { x, y, unit: densityUnit(unit) };
}

/** Whole numbers of 1, 2 or 4 bytes. */
function values(entries: readonly ExifEntry[], wanted: number): number[] {
  const entry = entries.find(({ tag }) => tag === wanted);
  if (entry === undefined) return [];
  const size = entry.data.length / entry.count;
  if (size !== 1 && size !== 2 && size !== 4) return [];
  return Array.from({ length: entry.count }, (_, index) => entry.data.readUIntLE(index * size, size));
}

function exifBlock(folder: ExifFolder): Buffer {
  return Buffer.concat([Buffer.from("Exif\0\0II*\0\x08\0\0\0", "latin1"), writeFolder(folder, 8)]);
}
