/** What a file is that is no photo of our formats, as far as its first bytes tell. */
import { isoBrands } from "./iso-media.js";
import type { ForeignFile } from "./photo-format.js";

export const CAMERA_RAW: ForeignFile = {
  name: "a camera raw file",
  repair: "Develop it to a TIFF or JPEG first.",
};

/** Canon's CR2, which begins as a TIFF does. */
export function isCameraRawTiff(start: string): boolean {
  return start.slice(8, 10) === "CR";
}

const startsWith =
  (...signatures: readonly string[]) =>
  (start: string): boolean =>
    signatures.some((signature) => start.startsWith(signature));
const hasBrand =
  (pattern: RegExp) =>
  (start: string): boolean =>
    isoBrands(start).some((brand) => pattern.test(brand));

/** What may stand before the element of an SVG: how it begins and how it ends. */
const SVG_PROLOGUE: readonly (readonly [begin: string, end: string])[] = [
  ["<?xml", ">"],
  ["<!--", "-->"],
  ["<!doctype", ">"],
];

/** Step by step and not by an expression: one with alternatives that repeat takes exponential time on `<!---->`. */
function isSvg(start: string): boolean {
  let rest = start.toLowerCase().trimStart();
  while (!rest.startsWith("<svg")) {
    const part = SVG_PROLOGUE.find(([begin]) => rest.startsWith(begin));
    const end = part === undefined ? -1 : rest.indexOf(part[1], part[0].length);
    if (part === undefined || end < 0) return false;
    rest = rest.slice(end + part[1].length).trimStart();
  }
  return true;
}

/** What a server sends in place of a photo that is not there. */
function isWebPage(start: string): boolean {
  return /^\s*<(!doctype html|html)/i.test(start);
}

const CONVERT = "Convert it to a JPEG, PNG, TIFF or AVIF first.";

/** Tried in order. */
const FOREIGN_FILES: readonly (readonly [ForeignFile, (start: string) => boolean])[] = [
  [CAMERA_RAW, isCameraRawTiff],
  [{ name: "a HEIC image", repair: CONVERT }, hasBrand(/^(hei|hev|mif1|msf1)/)],
  [CAMERA_RAW, hasBrand(/^crx $/)],
  [{ name: "a film or another ISO media file", repair: "Save a frame of it as a photo." }, hasBrand(/^/)],
  [CAMERA_RAW, startsWith("FUJIFILMCCD-RAW", "IIRO", "IIU\0", "MMOR")],
  [{ name: "a web page", repair: "Its download went wrong: load the photo again." }, isWebPage],
  [{ name: "an SVG drawing", repair: "Export it as a PNG first." }, isSvg],
  [{ name: "a PDF document", repair: "Export its page as a PNG first." }, startsWith("%PDF")],
  [{ name: "a BMP image", repair: CONVERT }, startsWith("BM")],
  [{ name: "a Photoshop document", repair: "Save it as a TIFF, flattened." }, startsWith("8BPS")],
  [{ name: "a JPEG XL image", repair: CONVERT }, startsWith("\0\0\0\x0cJXL ", "\xff\x0a")],
  [{ name: "a JPEG 2000 image", repair: CONVERT }, startsWith("\0\0\0\x0cjP  ")],
  [{ name: "a JPEG XR image", repair: CONVERT }, startsWith("II\xbc\x01")],
  [
    { name: "a Radiance HDR image", repair: "Convert it to a 16-bit TIFF or PNG first." },
    startsWith("#?RADIANCE", "#?RGBE"),
  ],
  [{ name: "a QOI image", repair: CONVERT }, startsWith("qoif")],
  [{ name: "an OpenEXR image", repair: "Convert it to a 16-bit TIFF or PNG first." }, startsWith("v/1\x01")],
];

/** @param start the file's first bytes, one character per byte. */
export function foreignFileOf(start: string): ForeignFile {
  return FOREIGN_FILES.find(([, matches]) => matches(start))?.[0] ?? { name: "something else" };
}
