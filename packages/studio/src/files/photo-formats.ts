/** What a file is by its first bytes, and how large its picture is, before anything decodes it. */
import { FormatError } from "synthconv/look";
import { beginsWith, latin1, viewOf } from "./bytes.js";
import { segmentsOf } from "./jpeg.js";

/** 268 megapixels: what a canvas of Chromium holds, 1 GB decoded. A photo of a gigapixel ends a tab. */
export const MAX_PIXELS: number = 2 ** 28;

export interface PhotoFormat {
  readonly title: string;
  matches(bytes: Uint8Array): boolean;
  /** Width and height as stored; undefined where only its decoder knows. */
  size?(bytes: Uint8Array): readonly [number, number] | undefined;
}

/** Frames of all processes but the tables that are among them (T.81, table B.1). */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

const FORMATS: readonly PhotoFormat[] = [
  {
    title: "JPEG",
    matches: (bytes) => beginsWith(bytes, "\xff\xd8\xff"),
    size(bytes) {
      const frame = segmentsOf(bytes).find(({ marker }) => isFrame(marker))?.payload;
      if (frame === undefined || frame.length < 5) return undefined;
      return [viewOf(frame).getUint16(3), viewOf(frame).getUint16(1)];
    },
  },
  {
    title: "PNG",
    matches: (bytes) => beginsWith(bytes, "\x89PNG\r\n\x1a\n"),
    size: (bytes) =>
      bytes.length < 24 ? undefined : [viewOf(bytes).getUint32(16), viewOf(bytes).getUint32(20)],
  },
  {
    title: "WebP",
    matches: (bytes) => beginsWith(bytes, "RIFF") && beginsWith(bytes, "WEBP", 8),
    // The extended header alone goes beyond 16,383 pixels a side.
    size: (bytes) =>
      beginsWith(bytes, "VP8X", 12) && bytes.length >= 30
        ? [1 + uint24(bytes, 24), 1 + uint24(bytes, 27)]
        : undefined,
  },
  {
    title: "AVIF",
    matches: (bytes) => /^....ftyp(avif|avis)/s.test(latin1(bytes.subarray(0, 12))),
    size: avifSize,
  },
  { title: "GIF", matches: (bytes) => beginsWith(bytes, "GIF8") },
  { title: "BMP", matches: (bytes) => beginsWith(bytes, "BM") },
];

/** What people drop that no browser decodes, with what to do instead. */
const FOREIGN: readonly { readonly title: string; matches(bytes: Uint8Array): boolean }[] = [
  {
    title: "a TIFF or a raw file of a camera",
    matches: (bytes) => beginsWith(bytes, "II*\0") || beginsWith(bytes, "MM\0*"),
  },
  {
    title: "a HEIC",
    matches: (bytes) => /^....ftyp(heic|heix|hevc|mif1|msf1)/s.test(latin1(bytes.subarray(0, 12))),
  },
  {
    title: "a raw file of a camera",
    matches: (bytes) => /^(FUJIFILM|....ftypcrx |IIU\0|IIRO)/s.test(latin1(bytes.subarray(0, 12))),
  },
  { title: "a Photoshop document", matches: (bytes) => beginsWith(bytes, "8BPS") },
  { title: "a PDF", matches: (bytes) => beginsWith(bytes, "%PDF") },
  { title: "a JPEG XL", matches: (bytes) => beginsWith(bytes, "\xff\x0a") || beginsWith(bytes, "JXL ", 4) },
  { title: "a zip", matches: (bytes) => beginsWith(bytes, "PK\x03\x04") },
];

/**
 * @param bytes the file, or its beginning.
 * @throws {FormatError} when it is no photo that browsers decode, is empty, or has more than {@link MAX_PIXELS}.
 */
export function photoFormatOf(bytes: Uint8Array, name: string): PhotoFormat {
  const format = FORMATS.find((one) => one.matches(bytes));
  if (format === undefined) {
    const foreign = FOREIGN.find((one) => one.matches(bytes));
    throw new FormatError({
      where: name,
      expected: "a photo: JPEG, PNG, WebP, AVIF, GIF or BMP",
      received: bytes.length === 0 ? "an empty file" : (foreign?.title ?? "a file of another kind"),
      repair: "Export it as a JPEG or a PNG, in full size.",
    });
  }
  const [width, height] = format.size?.(bytes) ?? [0, 0];
  checkSize(name, width, height);
  return format;
}

/** @throws {FormatError} when there are more than {@link MAX_PIXELS}. */
export function checkSize(name: string, width: number, height: number): void {
  if (width * height <= MAX_PIXELS) return;
  throw new FormatError({
    where: name,
    expected: `at most ${Math.floor(MAX_PIXELS / 1e6)} megapixels, which a browser can hold`,
    received: `${width} x ${height}, ${Math.round((width * height) / 1e6)} megapixels`,
    repair: "Make it smaller, or use the command line: synthconv apply works strip by strip.",
  });
}

function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
}

/** The largest of the boxes `ispe` (ISO 23008-12, section 6.5.3): grids have one for their tiles as well. */
function avifSize(bytes: Uint8Array): readonly [number, number] | undefined {
  let largest: readonly [number, number] | undefined;
  const view = viewOf(bytes);
  const end = Math.min(bytes.length, 65_536) - 16;
  for (let at = 0; at < end; at++) {
    if (!beginsWith(bytes, "ispe", at)) continue;
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (largest === undefined || width * height > largest[0] * largest[1]) largest = [width, height];
  }
  return largest;
}
