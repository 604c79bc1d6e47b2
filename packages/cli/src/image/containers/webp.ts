/** Chunks of a WebP (RFC 9649, section 2.7): the extended header says which there are. */
import type { Additions } from "../photo-format.js";

const PROFILE = 0x20;
const ALPHA = 0x10;
const EXIF = 0x08;
const XMP = 0x04;

/** A WebP with profile, EXIF and XMP; untouched where there are none. */
export function webpWith(webp: Buffer, { exif, icc, xmp, width, height }: Additions): Buffer {
  if (exif === undefined && icc === undefined && xmp === undefined) return webp;
  const chunks = chunksOf(webp);
  const hasAlpha = chunks.some(({ type, data }) => type === "ALPH" || (type === "VP8L" && usesAlpha(data)));
  const head = Buffer.alloc(10);
  head[0] =
    (icc === undefined ? 0 : PROFILE) |
    (hasAlpha ? ALPHA : 0) |
    (exif === undefined ? 0 : EXIF) |
    (xmp === undefined ? 0 : XMP);
  head.writeUIntLE(width - 1, 4, 3);
  head.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from("WEBP", "latin1"),
    riffChunk("VP8X", head),
    ...(icc === undefined ? [] : [riffChunk("ICCP", icc)]),
    ...chunks.filter(({ type }) => type !== "VP8X").map(({ type, data }) => riffChunk(type, data)),
    ...(exif === undefined ? [] : [riffChunk("EXIF", exif)]),
    ...(xmp === undefined ? [] : [riffChunk("XMP ", Buffer.from(xmp))]),
  ]);
  return riffChunk("RIFF", body);
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function chunksOf(webp: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= webp.length; ) {
    const size = webp.readUInt32LE(at + 4);
    chunks.push({ type: webp.toString("latin1", at, at + 4), data: webp.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

/** RFC 9649, section 3.4: a byte of signature, 14 bits of width, 14 of height, one of alpha. */
function usesAlpha(data: Buffer): boolean {
  return ((data.readUInt32LE(1) >>> 28) & 1) === 1;
}

function riffChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, "latin1");
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
