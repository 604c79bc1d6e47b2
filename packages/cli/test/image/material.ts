/** What the tests of photo files are made of: pictures, profiles. */
import { crc32, deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array;
}

/** Samples that cover all values and follow no pattern (the mixing steps of MurmurHash3). */
export function noise(width: number, height: number, channels: number, depth: 8 | 16): Picture {
  const length = width * height * channels;
  const data = depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) {
    let bits = Math.imul(i + 1, 0x9e3779b1);
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    data[i] = (bits ^ (bits >>> 16)) >>> (32 - depth);
  }
  return { width, height, channels, data };
}

/** How many samples of two pictures differ, or all of them where the lengths do. */
export function differing(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

/** A picture for sharp to encode. */
export function imageOf({ data, width, height, channels }: Picture): Sharp {
  const image = sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } });
  if (data instanceof Uint8Array) return image;
  return image.toColourspace(channels < 3 ? "grey16" : "rgb16");
}

/** What another program sees in a file: samples as stored, or turned upright, without colour management. */
export async function samplesOf(path: string): Promise<Picture> {
  const { depth } = await sharp(path).metadata();
  const image = sharp(path, { ignoreIcc: true });
  if (depth === "ushort") {
    const { data, info } = await image
      .toColourspace("rgb16")
      .raw({ depth: "ushort" })
      .toBuffer({ resolveWithObject: true });
    return { ...sizeOf(info), data: new Uint16Array(data.buffer, data.byteOffset, data.length / 2) };
  }
  const { data, info } = await image.toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  return { ...sizeOf(info), data };
}

function sizeOf(info: { width: number; height: number; channels: number }): Omit<Picture, "data"> {
  return { width: info.width, height: info.height, channels: info.channels as 3 | 4 };
}

/** An ICC profile: 128 bytes of header, a table of tags, their data (ICC.1:2022, section 7). */
export function iccProfile(
  space: "RGB " | "GRAY",
  tags: Readonly<Record<string, Buffer>>,
  connectionSpace: "XYZ " | "Lab " = "XYZ ",
): Buffer {
  const names = Object.keys(tags);
  const table = Buffer.alloc(4 + 12 * names.length);
  table.writeUInt32BE(names.length);
  const parts: Buffer[] = [];
  let offset = 128 + table.length;
  names.forEach((name, index) => {
    const data = tags[name] as Buffer;
    table.write(name, 4 + 12 * index, "latin1");
    table.writeUInt32BE(offset, 8 + 12 * index);
    table.writeUInt32BE(data.length, 12 + 12 * index);
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    parts.push(padded);
    offset += padded.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x02400000, 8);
  header.write(`mntr${space}${connectionSpace}`, 12, "latin1");
  header.write("acsp", 36, "latin1");
  xyz(0.9642, 1, 0.8249).copy(header, 68, 8);
  return Buffer.concat([header, table, ...parts]);
}

export function xyz(...values: readonly [number, number, number]): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.write("XYZ ", "latin1");
  values.forEach((value, index) => {
    bytes.writeInt32BE(Math.round(value * 65536), 8 + 4 * index);
  });
  return bytes;
}

/** One gamma, or samples of a curve. */
export function curve(...entries: readonly number[]): Buffer {
  const bytes = Buffer.alloc(12 + 2 * entries.length);
  bytes.write("curv", "latin1");
  bytes.writeUInt32BE(entries.length, 8);
  const scale = entries.length === 1 ? 256 : 65535;
  entries.forEach((entry, index) => {
    bytes.writeUInt16BE(Math.round(entry * scale), 12 + 2 * index);
  });
  return bytes;
}

/** A formula of type 0 to 4 with its parameters. */
export function formula(type: number, ...parameters: readonly number[]): Buffer {
  const bytes = Buffer.alloc(12 + 4 * parameters.length);
  bytes.write("para", "latin1");
  bytes.writeUInt16BE(type, 8);
  parameters.forEach((parameter, index) => {
    bytes.writeInt32BE(Math.round(parameter * 65536), 12 + 4 * index);
  });
  return bytes;
}

/** A profile of RGB by curves and a matrix, complete enough for Little CMS. */
export function rgbProfile(matrix: readonly (readonly [number, number, number])[], trc: Buffer): Buffer {
  const [red, green, blue] = matrix as [Triple, Triple, Triple];
  return iccProfile("RGB ", {
    cprt: Buffer.from("text\0\0\0\0none\0", "latin1"),
    wtpt: xyz(0.9642, 1, 0.8249),
    rXYZ: xyz(...red),
    gXYZ: xyz(...green),
    bXYZ: xyz(...blue),
    rTRC: trc,
    gTRC: trc,
    bTRC: trc,
  });
}

type Triple = readonly [number, number, number];

/** Adobe RGB (1998), adapted to D50; columns. */
export const adobeRgb = (): Buffer =>
  rgbProfile(
    [
      [0.60974, 0.31111, 0.01947],
      [0.20528, 0.62567, 0.06087],
      [0.14919, 0.06322, 0.74457],
    ],
    curve(563 / 256),
  );

/** ROMM RGB (ProPhoto), with its linear toe (ISO 22028-2). */
export const proPhoto = (): Buffer =>
  rgbProfile(
    [
      [0.79767, 0.28804, 0],
      [0.13519, 0.71188, 0],
      [0.03134, 0.00009, 0.82491],
    ],
    formula(3, 1.8, 1, 0, 1 / 16, 1 / 32),
  );

/** Display P3 as the image library has it. */
export async function displayP3(): Promise<Buffer> {
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: "black" } });
  const { icc } = await sharp(await dot.withIccProfile("p3").png().toBuffer()).metadata();
  return icc as Buffer;
}

/** A JPEG segment. */
export function segment(marker: number, payload: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** The picture as a PNG that carries a profile, its samples untouched by it. */
export async function pngWithProfile(picture: Picture, icc: Buffer): Promise<Buffer> {
  const png = await imageOf(picture).png().toBuffer();
  const body = Buffer.concat([Buffer.from("iCCPtest\0\0", "latin1"), deflateSync(icc)]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  const afterHeader = 8 + 25;
  return Buffer.concat([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)]);
}

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** Bits of each sample. */
  readonly bits: number;
  readonly samples: number;
  /** 1 grey, 2 RGB, 8 CIE Lab. */
  readonly photometric: number;
  readonly strip: Buffer;
  /** 1 for a smaller version of another picture. */
  readonly subfileType?: number;
  /** Kinds of the samples beyond the colours. */
  readonly extraSamples?: readonly number[];
  /** `strip` is one plane after the other, each its own strip in the file. */
  readonly planar?: boolean;
  /** The tag's number; 1, none, by default. */
  readonly compression?: number;
  /** BigTIFF: counts and offsets of 64 bits. */
  readonly big?: boolean;
  /** Further tags: number, type, and the values as they are stored. */
  readonly tags?: readonly (readonly [tag: number, type: number, bytes: Buffer])[];
}

/** Bytes of one value of each type (TIFF 6.0, section 2; BigTIFF). */
const TIFF_TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 };

/** A little-endian TIFF of uncompressed pages, one strip each or one a plane (TIFF 6.0, sections 2, 8 and 18). */
export function tiff(...pages: readonly TiffPage[]): Buffer {
  const big = pages.some((page) => page.big === true);
  const [headBytes, countBytes, rowBytes, offsetBytes] = big ? [16, 8, 20, 8] : [8, 2, 12, 4];
  const head = Buffer.alloc(headBytes);
  head.write(big ? "II+\0\x08\0\0\0\x10" : "II*\0\x08", "latin1");
  const parts: Buffer[] = [head];
  let position = headBytes;
  pages.forEach((page, index) => {
    const { samples, strip, planar = false, extraSamples, tags = [] } = page;
    const strips = planar ? samples : 1;
    const shorts = (...values: readonly number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);
    const longs = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
    const each = (value: (plane: number) => number, count: number): number[] =>
      Array.from({ length: count }, (_, plane) => value(plane));
    const stripOffsets = longs(...each((plane) => (plane * strip.length) / strips, strips));
    const entries = [
      [254, 4, longs(page.subfileType ?? 0)] as const,
      [256, 4, longs(page.width)] as const,
      [257, 4, longs(page.height)] as const,
      [258, 3, shorts(...each(() => page.bits, samples))] as const,
      [259, 3, shorts(page.compression ?? 1)] as const,
      [262, 3, shorts(page.photometric)] as const,
      [273, 4, stripOffsets] as const,
      [277, 3, shorts(samples)] as const,
      [278, 4, longs(page.height)] as const,
      [279, 4, longs(...each(() => strip.length / strips, strips))] as const,
      [284, 3, shorts(planar ? 2 : 1)] as const,
      ...(extraSamples === undefined ? [] : [[338, 3, shorts(...extraSamples)] as const]),
      ...tags,
    ].sort(([a], [b]) => a - b);
    const size = countBytes + rowBytes * entries.length + offsetBytes;
    const outside = entries.reduce(
      (total, [, , bytes]) => total + (bytes.length > offsetBytes ? bytes.length + (bytes.length % 2) : 0),
      0,
    );
    const stripAt = position + size + outside;
    each(
      (plane) => stripOffsets.writeUInt32LE(stripOffsets.readUInt32LE(4 * plane) + stripAt, 4 * plane),
      strips,
    );
    const folder = Buffer.alloc(size + outside);
    folder.writeUInt16LE(entries.length);
    let free = size;
    entries.forEach(([tag, type, bytes], entry) => {
      const at = countBytes + rowBytes * entry;
      folder.writeUInt16LE(tag, at);
      folder.writeUInt16LE(type, at + 2);
      folder.writeUInt32LE(bytes.length / (TIFF_TYPE_BYTES[type] as number), at + 4);
      const value = at + rowBytes - offsetBytes;
      if (bytes.length <= offsetBytes) bytes.copy(folder, value);
      else {
        folder.writeUInt32LE(position + free, value);
        bytes.copy(folder, free);
        free += bytes.length + (bytes.length % 2);
      }
    });
    const padding = Buffer.alloc(strip.length % 2);
    position = stripAt + strip.length + padding.length;
    folder.writeUInt32LE(index === pages.length - 1 ? 0 : position, size - offsetBytes);
    parts.push(folder, strip, padding);
  });
  return Buffer.concat(parts);
}
