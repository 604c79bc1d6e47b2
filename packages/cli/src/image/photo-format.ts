/** The formats of photo files: known by their first bytes, never by their names. */

/** A format that can be read; all but `gif` can be written. */
export type PhotoFormat = "jpeg" | "png" | "webp" | "tiff" | "avif" | "gif";

/** What a format can hold. */
export interface FormatFacts {
  /** How messages and people call it. */
  readonly name: string;
  /** The first one is the usual one. */
  readonly extensions: readonly string[];
  readonly holdsAlpha: boolean;
  readonly holds16Bits: boolean;
  /** Channels that are neither colour nor alpha. */
  readonly holdsExtras: boolean;
  /** Longest side, in pixels. */
  readonly longestSide: number;
}

export const FORMATS: Readonly<Record<PhotoFormat, FormatFacts>> = {
  jpeg: {
    name: "JPEG",
    extensions: ["jpg", "jpeg", "jpe", "jfif"],
    holdsAlpha: false,
    holds16Bits: false,
    holdsExtras: false,
    longestSide: 65_535,
  },
  png: {
    name: "PNG",
    extensions: ["png"],
    holdsAlpha: true,
    holds16Bits: true,
    holdsExtras: false,
    longestSide: 2 ** 31 - 1,
  },
  webp: {
    name: "WebP",
    extensions: ["webp"],
    holdsAlpha: true,
    holds16Bits: false,
    holdsExtras: false,
    longestSide: 16_383,
  },
  tiff: {
    name: "TIFF",
    extensions: ["tif", "tiff"],
    holdsAlpha: true,
    holds16Bits: true,
    holdsExtras: true,
    longestSide: 2 ** 31 - 1,
  },
  avif: {
    name: "AVIF",
    extensions: ["avif"],
    holdsAlpha: true,
    holds16Bits: true,
    holdsExtras: false,
    longestSide: 65_536,
  },
  gif: {
    name: "GIF",
    extensions: ["gif"],
    holdsAlpha: true,
    holds16Bits: false,
    holdsExtras: false,
    longestSide: 65_535,
  },
};

/** The format that a file name's extension asks for; undefined where it asks for none. */
export function formatOfName(name: string): PhotoFormat | undefined {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  return (Object.keys(FORMATS) as PhotoFormat[]).find((format) =>
    FORMATS[format].extensions.includes(extension),
  );
}

/** What the first bytes of a file say: a format, or the name of something that is no photo we read. */
export type Sniffed = { readonly format: PhotoFormat } | { readonly other: string; readonly repair?: string };

/** How many bytes {@link sniffFormat} wants to see. */
export const SNIFF_BYTES = 512;

/** What to do with the file of a camera that no image library reads. */
export const DEVELOP: string = "Develop it to a TIFF or JPEG first.";

/** @param start the first {@link SNIFF_BYTES} bytes of a file, or all of a shorter one. */
export function sniffFormat(start: Buffer): Sniffed {
  const text = start.toString("latin1");
  if (text.startsWith("\xff\xd8\xff")) return { format: "jpeg" };
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return { format: "png" };
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return { format: "webp" };
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return { format: "gif" };
  if (/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(text)) {
    return text.slice(8, 10) === "CR" ? { other: "a camera raw file", repair: DEVELOP } : { format: "tiff" };
  }
  if (text.slice(4, 8) === "ftyp") return sniffIsoMedia(text);
  if (/^(FUJIFILMCCD-RAW|IIRO|IIU\0|MMOR)/.test(text)) return { other: "a camera raw file", repair: DEVELOP };
  if (/^\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg/is.test(text)) {
    return { other: "an SVG drawing" };
  }
  const known = OTHER_SIGNATURES.find(([signature]) => text.startsWith(signature));
  return { other: known === undefined ? "something else" : known[1] };
}

const OTHER_SIGNATURES = [
  ["%PDF", "a PDF document"],
  ["BM", "a BMP image"],
  ["8BPS", "a Photoshop document"],
  ["\0\0\0\x0cJXL ", "a JPEG XL image"],
  ["\xff\x0a", "a JPEG XL image"],
  ["\0\0\0\x0cjP  ", "a JPEG 2000 image"],
  ["v/1\x01", "an OpenEXR image"],
] as const;

/** HEIF brands (ISO/IEC 23008-12, annex B; AVIF 1.1, section 6): the major brand and the compatible ones. */
function sniffIsoMedia(text: string): Sniffed {
  const boxEnd = Math.min(text.length, Buffer.from(text.slice(0, 4), "latin1").readUInt32BE());
  const brands = [text.slice(8, 12), ...(text.slice(16, boxEnd).match(/[\s\S]{4}/g) ?? [])];
  if (brands.includes("avif") || brands.includes("avis")) return { format: "avif" };
  if (brands.some((brand) => /^(hei|hev|mif1|msf1)/.test(brand))) {
    return { other: "a HEIC image", repair: "Convert it to a JPEG, PNG or AVIF first." };
  }
  if (brands.includes("crx ")) return { other: "a camera raw file", repair: DEVELOP };
  return { other: "a film or another ISO media file" };
}
