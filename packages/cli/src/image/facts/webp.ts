/**
 * What the chunks of a WebP say (RFC 9649, section 2): "VP8L" for lossless and "VP8 " for lossy, and EXIF that is made to
 * take long.
 */
import type { ReadableBytes } from "../photo-source.js";
import { EXIF_BOMB, isExifBomb } from "./exif-bomb.js";
import type { FileFacts } from "./file-facts.js";

const FIRST_CHUNK = 12;
// Real files have a handful, films a few thousand; a crafted one must not keep us walking forever.
const MAX_CHUNKS = 10_000;
const MAX_EXIF_BYTES = 2 ** 24;

export async function readWebpFacts(file: ReadableBytes): Promise<FileFacts> {
  let position = FIRST_CHUNK;
  let losslessWebp: boolean | undefined;
  let isBomb = false;
  for (let chunk = 0; chunk < MAX_CHUNKS && !isBomb; chunk++) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, position);
    if (bytesRead < 8) break;
    const name = buffer.toString("latin1", 0, 4);
    const size = buffer.readUInt32LE(4);
    if (name === "VP8 " || name === "VP8L") losslessWebp ??= name === "VP8L";
    if (name === "EXIF" && size <= MAX_EXIF_BYTES) {
      const exif = await file.read(Buffer.alloc(size), 0, size, position + 8);
      isBomb = isExifBomb(exif.buffer.subarray(0, exif.bytesRead));
    }
    position += 8 + size + (size % 2);
  }
  return { losslessWebp: losslessWebp ?? false, ...(isBomb && { unread: EXIF_BOMB }) };
}
