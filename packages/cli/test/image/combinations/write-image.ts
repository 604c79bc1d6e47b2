/** The file of a combination: TIFF and PNG by bytes of their own, the others by the image library. */
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { pngChunk } from "../../../src/image/containers/png.js";
import { adobeRgb, displayP3, proPhoto, segment, tiff } from "../material.js";
import { type Combination, mulberry } from "./combination.js";

const WIDTH = 40;
const HEIGHT = 24;
export const ARTIST = "Somebody Real";
export const TITLE = "A title in XMP";
export const WORDS = "shot in the rain";

export async function imageBytes(c: Combination): Promise<Buffer> {
  const icc = await profileOf(c);
  if (c.format === "tiff") return tiffBytes(c, icc);
  if (c.format === "png") return pngBytes(c, icc);
  return codecBytes(c, icc);
}

async function profileOf({ profile }: Combination): Promise<Buffer | undefined> {
  if (profile === "Display P3") return displayP3();
  if (profile === "Adobe RGB") return adobeRgb();
  return profile === "ProPhoto" ? proPhoto() : undefined;
}

const kindsOf = ({ beyond }: Combination): number[] => (beyond === "" ? [] : beyond.split(",").map(Number));

/** Smooth colours of medium saturation, so that lossy files stay near; channels interleaved, whole numbers. */
function samplesOf(c: Combination): Uint8Array | Uint16Array {
  const random = mulberry(c.number + 7);
  const colours = c.mode === "grey" ? 1 : 3;
  const kinds = kindsOf(c);
  const channels = colours + kinds.length;
  const top = c.depth === 16 ? 65_535 : 255;
  const data =
    c.depth === 16 ? new Uint16Array(WIDTH * HEIGHT * channels) : new Uint8Array(WIDTH * HEIGHT * channels);
  const waves = Array.from({ length: channels }, () => [
    0.05 + 0.1 * random(),
    0.05 + 0.1 * random(),
    6 * random(),
  ]);
  const alpha = kinds.findIndex((kind) => kind > 0);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const at = channels * (WIDTH * y + x);
      for (let channel = 0; channel < channels; channel++) {
        const [fx = 0, fy = 0, phase = 0] = waves[channel] ?? [];
        const value = 0.5 + 0.5 * Math.sin(x * fx + y * fy + phase);
        const isAlpha = channel === colours + alpha && alpha >= 0;
        // Alpha has a flat part that is opaque and a corner that is not there at all.
        const share = isAlpha
          ? Math.min(1, Math.max(0, 1.6 * value - 0.2))
          : channel < colours
            ? 0.25 + 0.5 * value
            : value;
        data[at + channel] = Math.round(top * share);
      }
      if (kinds[alpha] === 1) {
        for (let channel = 0; channel < colours; channel++) {
          data[at + channel] = Math.round(
            ((data[at + channel] as number) * (data[at + colours + alpha] as number)) / top,
          );
        }
      }
    }
  }
  return data;
}

const xmpPacket = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">${TITLE}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>`;

/** EXIF of one folder: orientation, and where it is wanted the artist. */
function exifBlock({ orientation, exif }: Combination): Buffer {
  const name = Buffer.from(`${ARTIST}\0`, "latin1");
  const rows: Buffer[] = [];
  const row = (tag: number, type: number, count: number, value: number): void => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(count, 4);
    bytes.writeUInt32LE(value, 8);
    rows.push(bytes);
  };
  row(0x0112, 3, 1, orientation);
  if (exif) row(0x013b, 2, name.length, 8 + 2 + 24 + 4);
  const head = Buffer.from("II*\0\x08\0\0\0", "latin1");
  const count = Buffer.from([rows.length, 0]);
  return Buffer.concat([head, count, ...rows, Buffer.alloc(4), exif ? name : Buffer.alloc(0)]);
}

function tiffBytes(c: Combination, icc: Buffer | undefined): Buffer {
  const data = samplesOf(c);
  const kinds = kindsOf(c);
  const samples = (c.mode === "grey" ? 1 : 3) + kinds.length;
  const pixels = WIDTH * HEIGHT;
  const stored = c.planar
    ? data.map((_, i) => data[(i % pixels) * samples + Math.floor(i / pixels)] as number)
    : data;
  const tags: (readonly [number, number, Buffer])[] = [[274, 3, Buffer.from([c.orientation, 0])]];
  if (c.exif) tags.push([315, 2, Buffer.from(`${ARTIST}\0`)]);
  if (c.xmp) tags.push([700, 1, Buffer.from(xmpPacket)]);
  if (icc !== undefined) tags.push([34_675, 7, icc]);
  if (c.density !== "none") {
    const [x, y, unit] = c.density === "inch" ? [300, 150, 2] : [1, 2, 1];
    const fraction = (value: number): Buffer => Buffer.from(Uint32Array.of(value, 1).buffer);
    tags.push([282, 5, fraction(x)], [283, 5, fraction(y)], [296, 3, Buffer.from([unit, 0])]);
  }
  return tiff({
    width: WIDTH,
    height: HEIGHT,
    bits: c.depth,
    samples,
    photometric: c.mode === "grey" ? 1 : 2,
    strip: Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength),
    planar: c.planar,
    big: c.bigTiff,
    tags,
    ...(kinds.length > 0 && { extraSamples: kinds }),
  });
}

const uint32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => {
    bytes.writeUInt32BE(value, 4 * at);
  });
  return bytes;
};

function colourChunks({ tag }: Combination): Buffer[] {
  const p3 = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000];
  switch (tag) {
    case "gAMA 1":
      return [pngChunk("gAMA", uint32(100_000))];
    case "gAMA 1.8":
      return [pngChunk("gAMA", uint32(55_556))];
    case "gAMA and cHRM P3":
      return [pngChunk("gAMA", uint32(45_455)), pngChunk("cHRM", uint32(...p3))];
    case "sRGB":
      return [pngChunk("sRGB", Buffer.from([0]))];
    case "cICP P3":
      return [pngChunk("cICP", Buffer.from([12, 13, 0, 1]))];
    case "cICP 2020":
      return [pngChunk("cICP", Buffer.from([9, 13, 0, 1]))];
    default:
      return [];
  }
}

function pngBytes(c: Combination, icc: Buffer | undefined): Buffer {
  const data = samplesOf(c);
  const hasAlpha = c.beyond !== "";
  const channels = (c.mode === "grey" ? 1 : 3) + (hasAlpha ? 1 : 0);
  const bytes = c.depth / 8;
  const rows: Buffer[] = [];
  for (let y = 0; y < HEIGHT; y++) {
    const row = Buffer.alloc(1 + WIDTH * channels * bytes);
    for (let at = 0; at < WIDTH * channels; at++) {
      row.writeUIntBE(data[y * WIDTH * channels + at] as number, 1 + at * bytes, bytes);
    }
    rows.push(row);
  }
  const header = Buffer.concat([
    uint32(WIDTH, HEIGHT),
    Buffer.from([c.depth, (c.mode === "grey" ? 0 : 2) + (hasAlpha ? 4 : 0), 0, 0, 0]),
  ]);
  const density =
    c.density === "inch" ? [uint32(11_811, 5906), Buffer.from([1])] : [uint32(1, 2), Buffer.from([0])];
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    ...(icc === undefined ? [] : [pngChunk("iCCP", Buffer.concat([Buffer.from("p\0\0"), deflateSync(icc)]))]),
    ...colourChunks(c),
    ...(c.density === "none" ? [] : [pngChunk("pHYs", Buffer.concat(density))]),
    ...(c.exif || c.orientation > 1 ? [pngChunk("eXIf", exifBlock(c))] : []),
    ...(c.xmp ? [pngChunk("iTXt", Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${xmpPacket}`))] : []),
    ...(c.words ? [pngChunk("tEXt", Buffer.from(`Comment\0${WORDS}`))] : []),
    pngChunk("IDAT", deflateSync(Buffer.concat(rows))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

async function codecBytes(c: Combination, icc: Buffer | undefined): Promise<Buffer> {
  const plain = pngBytes(
    { ...c, tag: "none", orientation: 1, exif: false, xmp: false, words: false, density: "none" },
    icc,
  );
  const image = sharp(plain, { ignoreIcc: true });
  if (c.format === "jpeg") {
    const jpeg = await image.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
    const density = c.density === "inch" ? [1, 1, 44, 0, 150] : [0, 0, 1, 0, 2];
    const chunk = icc && Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), icc]);
    const segments = [
      ...(c.density === "none"
        ? []
        : [segment(0xe0, Buffer.from([74, 70, 73, 70, 0, 1, 2, ...density, 0, 0]))]),
      ...(c.exif || c.orientation > 1
        ? [segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), exifBlock(c)]))]
        : []),
      ...(c.xmp ? [segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmpPacket}`))] : []),
      ...(chunk === undefined ? [] : [segment(0xe2, chunk)]),
      ...(c.words ? [segment(0xfe, Buffer.from(WORDS))] : []),
    ];
    return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
  }
  let tagged = sharp(plain).keepIccProfile();
  if (c.exif || c.orientation > 1) {
    tagged = tagged.withExif({
      IFD0: { ...(c.exif && { Artist: ARTIST }), Orientation: String(c.orientation) },
    });
    if (c.orientation > 1) tagged = tagged.withMetadata({ orientation: c.orientation });
  }
  if (c.xmp) tagged = tagged.withXmp(xmpPacket);
  if (c.format === "webp") return tagged.webp({ lossless: true, exact: true }).toBuffer();
  const avif = await tagged.avif({ lossless: true, chromaSubsampling: "4:4:4" }).toBuffer();
  const at = avif.indexOf("nclx") + 4;
  if (c.tag.startsWith("nclx") && at > 4) {
    avif.writeUInt16BE(c.tag === "nclx P3" ? 12 : 1, at);
    avif.writeUInt16BE(c.tag === "nclx P3" ? 13 : 8, at + 2);
  }
  return avif;
}
