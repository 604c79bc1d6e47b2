/** What the chunks of a PNG say (PNG, third edition, section 11). */

import type { Density } from "../density.js";
import type { ReadableBytes } from "../photo-source.js";
import { type PngColourChunks, pngColourTag } from "../png-colours.js";
import { EXIF_BOMB, isExifBomb } from "./exif-bomb.js";
import type { CarriedPart, FileFacts } from "./file-facts.js";
import { FileWindow } from "./file-window.js";

const FRAME_BYTES = 12;
// Real chunks other than pixels are small; what is longer is not kept, and said.
const MAX_KEPT_BYTES = 2 ** 24;
// A gigabyte in pieces of 8 KB has 131,072; a crafted file must not keep us walking for ever.
const MAX_CHUNKS = 2 ** 20;
/**
 * Chunks that need no word: structure, colours (which are read), what is carried as metadata, and what only
 * describes the old pixels: background, significant bits, histogram, suggested palette, time of change, an index.
 */
const SILENT = new Set(
  "IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sRGB cICP eXIf pHYs bKGD sBIT hIST sPLT tIME iDOT acTL fcTL fdAT".split(
    " ",
  ),
);

export async function readPngFacts(file: ReadableBytes): Promise<FileFacts> {
  const window = await FileWindow.over(file);
  const colours: PngColourChunks = {};
  const kept: Buffer[] = [];
  const keywords = new Set<string>();
  const dropped = new Set<string>();
  let frames = 1;
  let density: Density | undefined;
  let position = 8;
  let ended = false;
  let hasProfile = false;
  let isBomb = false;
  for (let chunk = 0; chunk < MAX_CHUNKS && !ended && position + FRAME_BYTES <= window.size; chunk++) {
    const head = await window.read(position, 8);
    const length = head.readUInt32BE(0);
    const type = head.toString("latin1", 4, 8);
    const next = position + FRAME_BYTES + length;
    const read = async (): Promise<Buffer> => Buffer.from(await window.read(position + 8, length));
    if (type === "IEND") ended = true;
    else if (type === "iCCP") hasProfile = true;
    else if (type === "eXIf" && length <= MAX_KEPT_BYTES) isBomb ||= isExifBomb(await read());
    else if (type === "acTL" && length === 8) frames = (await read()).readUInt32BE(0);
    else if (type === "pHYs" && length === 9) density = densityOf(await read());
    else if (type === "gAMA" || type === "cHRM" || type === "sRGB" || type === "cICP") {
      if (length <= 32) colours[type] ??= await read();
    } else if (type === "tEXt" || type === "zTXt" || type === "iTXt") {
      const keyword = (await window.read(position + 8, Math.min(length, 80)))
        .toString("latin1")
        .split("\0", 1)[0];
      if (keyword !== "XML:com.adobe.xmp" && length <= MAX_KEPT_BYTES && next <= window.size) {
        keywords.add(keyword ?? "");
        kept.push(Buffer.from(await window.read(position, FRAME_BYTES + length)));
      }
    } else if (!SILENT.has(type)) dropped.add(type === "caBX" ? "caBX (content credentials)" : type);
    position = next;
  }
  const parts: CarriedPart[] =
    kept.length === 0
      ? []
      : [{ kind: "text", what: `its text (${[...keywords].join(", ")})`, bytes: Buffer.concat(kept) }];
  const { tag, warnings } = pngColourTag(colours);
  if (dropped.size > 0) warnings.push(`these of its PNG chunks are dropped: ${[...dropped].join(", ")}`);
  const behind = window.size - position;
  if (ended && behind > 0)
    warnings.push(`${behind.toLocaleString("en-US")} bytes behind its end are dropped`);
  return { ...(isBomb && { unread: EXIF_BOMB }), frames, density, parts, tag, hasProfile, warnings };
}

function densityOf(data: Buffer): Density {
  return { x: data.readUInt32BE(0), y: data.readUInt32BE(4), unit: data[8] === 1 ? "metre" : "none" };
}
