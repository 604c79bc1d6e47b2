/** Chunks of a PNG: length, type, data, checksum (PNG, third edition, section 5). */
import { crc32, deflateSync } from "node:zlib";
import { densityIn } from "../density.js";
import type { Additions } from "../photo-format.js";

const SIGNATURE_BYTES = 8;
const FRAME_BYTES = 12;
/** What the image library writes on its own, and only we know: its pixels have no size. */
const NOT_KEPT = new Set(["pHYs"]);

export function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(data.length + FRAME_BYTES);
  chunk.writeUInt32BE(data.length);
  chunk.write(type, 4, "latin1");
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** A PNG with these chunks after its header, in the order that section 5.6 demands. */
export function pngWith(png: Buffer, { exif, icc, xmp, density, parts }: Additions): Buffer {
  const [header, ...rest] = chunksOf(png);
  return Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    header as Buffer,
    ...(icc === undefined
      ? []
      : [pngChunk("iCCP", Buffer.concat([latin1("ICC profile\0\0"), deflateSync(icc)]))]),
    ...(density === undefined ? [] : [physicalSize(density)]),
    ...(exif === undefined ? [] : [pngChunk("eXIf", exif)]),
    ...(xmp === undefined ? [] : [pngChunk("iTXt", Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${xmp}`))]),
    ...parts,
    ...rest,
  ]);
}

function chunksOf(png: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= png.length; ) {
    const end = at + FRAME_BYTES + png.readUInt32BE(at);
    if (!NOT_KEPT.has(png.toString("latin1", at + 4, at + 8))) chunks.push(png.subarray(at, end));
    at = end;
  }
  return chunks;
}

function physicalSize(density: NonNullable<Additions["density"]>): Buffer {
  const metric = densityIn("metre", density);
  const { x, y } = metric ?? density;
  const data = Buffer.alloc(9);
  data.writeUInt32BE(whole(x), 0);
  data.writeUInt32BE(whole(y), 4);
  data[8] = metric === undefined ? 0 : 1;
  return pngChunk("pHYs", data);
}

function whole(value: number): number {
  return Math.min(2 ** 31 - 1, Math.max(1, Math.round(value)));
}

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
