/** What the segments of a JPEG say, and what lies behind its end (T.81, annex B). */

import { jpegSegment } from "../containers/jpeg.js";
import type { Density } from "../density.js";
import type { ReadableBytes } from "../photo-source.js";
import { EXIF_BOMB, isExifBomb } from "./exif-bomb.js";
import type { CarriedPart, FileFacts, UnreadStorage } from "./file-facts.js";
import { FileWindow } from "./file-window.js";
import { estimateJpegQuality } from "./jpeg-quality.js";

const APP0 = 0xe0;
const APP15 = 0xef;
const COMMENT = 0xfe;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
// Headers of real photos have a few hundred segments; a crafted file must not keep us walking for ever.
const MAX_STEPS = 100_000;
const EXTENDED_XMP = "http://ns.adobe.com/xmp/extension/\0";
/**
 * Payloads that need no word: what is carried as metadata, what only describes the old compression or is a
 * thumbnail of the photo without its look.
 */
const KNOWN_PAYLOADS = [
  [0xe0, "JFIF\0"],
  [0xe0, "JFXX\0"],
  [0xe1, "Exif\0"],
  [0xe1, "http://ns.adobe.com/xap/1.0/\0"],
  [0xe2, "ICC_PROFILE\0"],
  [0xe2, "urn:iso:std:iso:ts:21496"],
  [0xec, "Ducky"],
  [0xed, "Photoshop 3.0\0"],
  [0xee, "Adobe"],
] as const;

/** Starts of frames (T.81, table B.1; T.87, annex C): a JPEG has one. */
const FRAMES = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xf7] as const;
const LOSSLESS = 0xc3;
const LOSSLESS_ARITHMETIC = 0xcb;
const JPEG_LS = 0xf7;
/** Differences to a smaller picture. */
const HIERARCHICAL = [0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf];

interface Walk {
  density?: Density;
  readonly comments: Buffer[];
  readonly extendedXmp: Buffer[];
  /** Names of segments that are dropped. */
  readonly dropped: Set<string>;
  /** Pictures in the file, of which the first is read (CIPA DC-007). */
  pictures: number;
  /** Passes over the picture. */
  scans: number;
  unread?: UnreadStorage;
}

export async function readJpegFacts(file: ReadableBytes): Promise<FileFacts> {
  const window = await FileWindow.over(file);
  const walk: Walk = { comments: [], extendedXmp: [], dropped: new Set(), pictures: 1, scans: 0 };
  const end = await walkSegments(window, walk);
  return {
    unread: walk.unread,
    jpegQuality: await estimateJpegQuality(file),
    density: walk.density,
    parts: [
      ...carried("comment", "its comment", walk.comments),
      ...carried("extended XMP", "its extended XMP", walk.extendedXmp),
    ],
    warnings: [...(await warningsOf(walk, window, end))],
    pictures: walk.pictures,
    scans: walk.scans,
  };
}

function carried(kind: CarriedPart["kind"], what: string, segments: readonly Buffer[]): CarriedPart[] {
  return segments.length === 0 ? [] : [{ kind, what, bytes: Buffer.concat(segments) }];
}

/** @returns where the picture ends; undefined where it does not. */
async function walkSegments(window: FileWindow, walk: Walk): Promise<number | undefined> {
  let position = 2;
  for (let step = 0; step < MAX_STEPS && position + 4 <= window.size; step++) {
    const head = await window.read(position, 4);
    const marker = head[1] as number;
    if (head[0] !== 0xff) return undefined;
    if (marker === 0xff) {
      position += 1; // a fill byte
      continue;
    }
    if (marker === END_OF_IMAGE) return position + 2;
    const length = head.readUInt16BE(2);
    if (length < 2) return undefined;
    if ((marker >= APP0 && marker <= APP15) || marker === COMMENT) {
      note(marker, Buffer.from(await window.read(position + 4, length - 2)), walk);
    }
    if (FRAMES.some((known) => known === marker)) {
      const [bits] = await window.read(position + 4, 1);
      const unread = unreadJpeg(marker, bits ?? 8);
      if (unread !== undefined) walk.unread ??= unread;
    }
    position += 2 + length;
    if (marker === START_OF_SCAN) {
      walk.scans++;
      const next = await endOfScan(window, position);
      if (next === undefined) return undefined;
      position = next;
    }
  }
  const [last] = position + 2 === window.size ? [await window.read(position, 2)] : [];
  return last?.readUInt16BE(0) === 0xff00 + END_OF_IMAGE ? window.size : undefined;
}

/** The first marker that is no part of the coded data: neither a stuffed byte nor a restart (T.81, B.1.1.5). */
async function endOfScan(window: FileWindow, start: number): Promise<number | undefined> {
  const stretch = 65_536;
  for (let position = start; position + 1 < window.size; ) {
    const bytes = await window.read(position, stretch);
    for (let at = bytes.indexOf(0xff); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
      const next = bytes[at + 1] as number;
      if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return position + at;
    }
    // The last byte is read again: it may be the first of a marker.
    position += Math.max(1, bytes.length - 1);
  }
  return undefined;
}

/** What the image library does not decode. */
function unreadJpeg(frame: number, bits: number): UnreadStorage | undefined {
  const kind =
    frame === JPEG_LS
      ? "JPEG-LS"
      : HIERARCHICAL.includes(frame)
        ? "a hierarchical JPEG"
        : frame === LOSSLESS_ARITHMETIC
          ? "a lossless JPEG with arithmetic coding"
          : undefined;
  if (kind === undefined && bits === 8) return undefined;
  const what = frame === LOSSLESS ? "a lossless JPEG" : "a JPEG";
  return {
    expected: "a JPEG of 8 bits per sample, baseline or progressive",
    received: kind ?? `${what} of ${bits} bits`,
    repair: "Convert it to a TIFF or PNG first.",
  };
}

function note(marker: number, payload: Buffer, walk: Walk): void {
  const begins = (text: string): boolean => payload.toString("latin1", 0, text.length) === text;
  if (marker === 0xe1 && begins("Exif\0") && isExifBomb(payload)) walk.unread ??= EXIF_BOMB;
  if (marker === COMMENT) walk.comments.push(jpegSegment(marker, payload));
  else if (marker === 0xe1 && begins(EXTENDED_XMP)) walk.extendedXmp.push(jpegSegment(marker, payload));
  else if (marker === 0xe2 && begins("MPF\0")) walk.pictures = picturesOf(payload.subarray(4));
  else if (marker === 0xeb) walk.dropped.add("JUMBF (content credentials)");
  else if (!KNOWN_PAYLOADS.some(([known, text]) => known === marker && begins(text))) {
    const name = /^[\w .:/-]{3,30}/.exec(payload.toString("latin1", 0, 30))?.[0].trim();
    walk.dropped.add(`APP${marker - APP0}${name === undefined ? "" : ` ${name}`}`);
  }
  if (marker === APP0 && begins("JFIF\0") && payload.length >= 12) walk.density = densityOf(payload);
}

function densityOf(jfif: Buffer): Density {
  const unit = ({ 1: "inch", 2: "centimetre" } as const)[jfif[7] as number] ?? "none";
  return { x: jfif.readUInt16BE(8), y: jfif.readUInt16BE(10), unit };
}

/** The count in the index of a multi-picture file: a TIFF structure with tag B001 (CIPA DC-007, section 5.2.3). */
function picturesOf(index: Buffer): number {
  const littleEndian = index.toString("latin1", 0, 2) === "II";
  if (index.length < 10) return 1;
  const uint = (at: number, length: number): number =>
    littleEndian ? index.readUIntLE(at, length) : index.readUIntBE(at, length);
  const folder = uint(4, 4);
  const rows = folder + 2 <= index.length ? uint(folder, 2) : 0;
  for (let row = folder + 2; row + 12 <= Math.min(index.length, folder + 2 + 12 * rows); row += 12) {
    if (uint(row, 2) === 0xb001) return uint(row + 8, 4);
  }
  return 1;
}

async function warningsOf(walk: Walk, window: FileWindow, end: number | undefined): Promise<string[]> {
  const warnings: string[] = [];
  if (walk.dropped.size > 0)
    warnings.push(`these of its JPEG segments are dropped: ${[...walk.dropped].join(", ")}`);
  const behind = end === undefined ? 0 : window.size - end;
  if (end === undefined || behind === 0 || walk.pictures > 1) return warnings;
  const start = await window.read(end, Math.min(behind, 64));
  // Padding of cameras and card readers.
  if (behind <= 64 && start.every((byte) => byte === 0 || byte === 0xff)) return warnings;
  const what = start.includes("ftyp") ? " (a film: it is a motion photo)" : "";
  warnings.push(`${behind.toLocaleString("en-US")} bytes behind the end of its picture${what} are dropped`);
  return warnings;
}
