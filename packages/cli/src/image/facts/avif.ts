/** What the boxes of an AVIF say of its colours (ISO/IEC 14496-12, section 12.1.5; AVIF 1.1, section 2.3). */

import { readCicp } from "../cicp.js";
import type { ReadableBytes } from "../photo-source.js";
import { EXIF_BOMB, holdsExifBomb } from "./exif-bomb.js";
import type { FileFacts, UnreadStorage } from "./file-facts.js";
import { FileWindow } from "./file-window.js";

/** Boxes with other boxes in them, and the bytes before those. */
const CONTAINERS: Readonly<Record<string, number>> = { meta: 4, iprp: 0, ipco: 0 };
const FILM: UnreadStorage = {
  expected: "one picture",
  received: "AVIF of several frames",
  repair: "Save the frame that you want as a separate file.",
};
// A real file has some thirty boxes; a crafted one must not keep us walking.
const MAX_BOXES = 1000;
// The largest that is read has some 100 MB.
const MAX_SCANNED_BYTES = 2 ** 28;

export async function readAvifFacts(file: ReadableBytes): Promise<FileFacts> {
  const window = await FileWindow.over(file);
  const unread = isFilm(await window.read(0, 12)) ? FILM : await exifBombIn(file, window.size);
  const colours: Buffer[] = [];
  await walkBoxes(window, 0, window.size, colours, { left: MAX_BOXES });
  // A file of several pictures (alpha, gain map) has a box for each, the main one's first in every writer's files.
  const nclx = colours.find((data) => data.toString("latin1", 0, 4) === "nclx" && data.length >= 11);
  if (nclx === undefined) return { unread };
  const { tag, warning } = readCicp(nclx.readUInt16BE(4), nclx.readUInt16BE(6), "nclx", false);
  return { unread, tag, warnings: warning === undefined ? [] : [warning] };
}

/** Its EXIF may lie anywhere. */
async function exifBombIn(file: ReadableBytes, size: number): Promise<UnreadStorage | undefined> {
  const length = Math.min(size, MAX_SCANNED_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
  return holdsExifBomb(buffer.subarray(0, bytesRead)) ? EXIF_BOMB : undefined;
}

/** By its major brand (AVIF 1.1, section 6.3): the image library reads no picture of such a file. */
function isFilm(head: Buffer): boolean {
  return head.toString("latin1", 8, 12) === "avis";
}

async function walkBoxes(
  window: FileWindow,
  start: number,
  end: number,
  colours: Buffer[],
  budget: { left: number },
): Promise<void> {
  let position = start;
  while (position + 8 <= end && budget.left-- > 0) {
    const head = Buffer.from(await window.read(position, 16));
    if (head.length < 8) return;
    const type = head.toString("latin1", 4, 8);
    const short = head.readUInt32BE(0);
    const headBytes = short === 1 ? 16 : 8;
    const size =
      short === 0
        ? end - position
        : short === 1 && head.length === 16
          ? Number(head.readBigUInt64BE(8))
          : short;
    if (size < headBytes || position + size > end) return;
    const body = position + headBytes;
    const inside = CONTAINERS[type];
    if (inside !== undefined) await walkBoxes(window, body + inside, position + size, colours, budget);
    else if (type === "colr" && size <= 32)
      colours.push(Buffer.from(await window.read(body, size - headBytes)));
    position += size;
  }
}
