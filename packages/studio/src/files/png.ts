/** Chunks of a PNG: length, type, data, checksum (PNG, third edition, section 5). */
import { beginsWith, bytesOf, concat, deflate, inflate, latin1, viewOf } from "./bytes.js";
import type { Container, Metadata } from "./metadata.js";

const SIGNATURE = "\x89PNG\r\n\x1a\n";
const FRAME_BYTES = 12;
const XMP_KEYWORD = "XML:com.adobe.xmp\0";
/** Of a profile; a printer's has a few. */
const MAX_PROFILE_BYTES = 2 ** 24;
/** What tells how to show samples: the encoder's own are replaced by what the photo had. */
const OWN_COLOUR = new Set(["iCCP", "sRGB", "gAMA", "cHRM", "cICP"]);

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** With its length, type and checksum. */
  readonly whole: Uint8Array;
}

export const png: Container = {
  type: "image/png",
  extension: "png",
  title: "PNG",
  matches: (bytes) => beginsWith(bytes, SIGNATURE),

  async read(bytes) {
    const chunks = chunksOf(bytes);
    const find = (type: string): Uint8Array | undefined => chunks.find((one) => one.type === type)?.data;
    const isXmp = ({ type, data }: Chunk): boolean =>
      (type === "iTXt" || type === "zTXt") && beginsWith(data, XMP_KEYWORD);
    const xmp = chunks.find(isXmp);
    const profile = find("iCCP");
    return {
      exif: find("eXIf"),
      xmp: xmp === undefined ? undefined : await xmpOf(xmp),
      icc: profile === undefined ? undefined : await profileOf(profile),
      texts: chunks
        .filter((one) => /^(tEXt|zTXt|iTXt|tIME|pHYs)$/.test(one.type) && !isXmp(one))
        .map(({ whole }) => whole),
    };
  },

  async write(bytes, metadata) {
    const [header, ...rest] = chunksOf(bytes);
    if (header === undefined) return concat(bytes);
    const own = rest.filter(({ type }) => !OWN_COLOUR.has(type) && type !== "eXIf" && type !== "pHYs");
    return concat(
      bytesOf(SIGNATURE),
      header.whole,
      ...(await chunksFor(metadata)),
      ...own.map(({ whole }) => whole),
    );
  },
};

function chunksOf(bytes: Uint8Array): Chunk[] {
  const chunks: Chunk[] = [];
  const view = viewOf(bytes);
  for (let at = SIGNATURE.length; at + FRAME_BYTES <= bytes.length; ) {
    const end = at + FRAME_BYTES + view.getUint32(at);
    if (end > bytes.length) break;
    const type = latin1(bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) });
    at = end;
  }
  return chunks;
}

/** Before the pixels, as iCCP and pHYs have to be. */
async function chunksFor({ exif, xmp, icc, texts = [] }: Metadata): Promise<Uint8Array[]> {
  return [
    ...(icc === undefined ? [] : [chunk("iCCP", concat(bytesOf("ICC profile\0\0"), await deflate(icc)))]),
    ...(exif === undefined ? [] : [chunk("eXIf", exif)]),
    ...(xmp === undefined ? [] : [chunk("iTXt", concat(bytesOf(`${XMP_KEYWORD}\0\0\0\0`), xmp))]),
    ...texts,
  ];
}

/** Name, 0, method 0, then zlib. */
async function profileOf(data: Uint8Array): Promise<Uint8Array | undefined> {
  const end = data.indexOf(0);
  return end < 0 ? undefined : await inflate(data.subarray(end + 2), MAX_PROFILE_BYTES);
}

/** Keyword, 0, whether packed, 0, language, 0, translated keyword, 0, text; libvips writes keyword, 0, 0, packed text. */
async function xmpOf({ type, data }: Chunk): Promise<Uint8Array | undefined> {
  if (type === "zTXt") return await inflate(data.subarray(XMP_KEYWORD.length + 1), MAX_PROFILE_BYTES);
  const isPacked = data[XMP_KEYWORD.length] === 1;
  const language = data.indexOf(0, XMP_KEYWORD.length + 2);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const text = data.subarray(translated + 1);
  return isPacked ? await inflate(text, MAX_PROFILE_BYTES) : text;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const typed = concat(bytesOf(type), data);
  const whole = concat(new Uint8Array(4), typed, new Uint8Array(4));
  viewOf(whole).setUint32(0, data.length);
  viewOf(whole).setUint32(whole.length - 4, crc32(typed));
  return whole;
}

/** CRC-32 of ISO 3309, polynomial 0x04C11DB7 with its bits reversed (PNG, annex D). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >>> 1) ^ 0xedb88320 : register >>> 1;
  return register;
});

function crc32(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) register = (TABLE[(register ^ byte) & 255] as number) ^ (register >>> 8);
  return (register ^ 0xffffffff) >>> 0;
}
