/** How a WebP is compressed: RIFF chunks, "VP8L" for lossless and "VP8 " for lossy (RFC 9649, section 2). */
import type { ReadableBytes } from "../photo-source.js";
import type { FileFacts } from "./file-facts.js";

const FIRST_CHUNK = 12;
// A profile, EXIF and XMP may come before the picture; a crafted file must not keep us walking forever.
const MAX_CHUNKS = 100;

export async function readWebpFacts(file: ReadableBytes): Promise<FileFacts> {
  return { losslessWebp: await isLossless(file) };
}

async function isLossless(file: ReadableBytes): Promise<boolean> {
  let position = FIRST_CHUNK;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, position);
    const name = buffer.toString("latin1", 0, 4);
    if (bytesRead < 8 || name === "VP8 ") return false;
    if (name === "VP8L") return true;
    const size = buffer.readUInt32LE(4);
    position += 8 + size + (size % 2);
  }
  return false;
}
