/** What a file is that no format of the table reads, as far as its beginning tells. */
import { type Beginning, bodyMatches } from "./beginning.js";

const startsWith =
  (...magic: readonly number[]) =>
  ({ bytes }: Beginning): boolean =>
    magic.every((byte, index) => bytes[index] === byte);

const isXml = ({ body }: Beginning): boolean => body?.startsWith("<") === true;
const isXmlWith =
  (element: string) =>
  (beginning: Beginning): boolean =>
    isXml(beginning) && beginning.body?.includes(element) === true;

/** Tried in order. A format that gets a row in formats.ts loses its row here. */
const foreignFormats: readonly (readonly [string, (beginning: Beginning) => boolean])[] = [
  ["a PNG image", startsWith(0x89, 0x50, 0x4e, 0x47)],
  ["a JPEG image", startsWith(0xff, 0xd8, 0xff)],
  ["a TIFF image", startsWith(0x49, 0x49, 0x2a, 0)],
  ["a TIFF image", startsWith(0x4d, 0x4d, 0, 0x2a)],
  ["a ZIP archive", startsWith(0x50, 0x4b, 3, 4)],
  ["text in UTF-16", startsWith(0xff, 0xfe)],
  ["text in UTF-16", startsWith(0xfe, 0xff)],
  ["an ICC profile", ({ bytes }) => startsWith(0x61, 0x63, 0x73, 0x70)({ bytes: bytes.subarray(36) })],
  ["a binary file", ({ text }) => text === undefined],
  ["a Common LUT Format file (.clf or .ctf)", isXmlWith("ProcessList")],
  ["an IRIDAS .look file", isXmlWith("<look")],
  ["an XML file", isXml],
  ["a cineSpace file (.csp)", bodyMatches(/^CSPLUTV100\b/)],
  ["a Truelight cube (.cub)", ({ text = "" }) => /^# *Truelight\b/i.test(text)],
  ["a Nuke vector field (.vf)", ({ text = "" }) => text.startsWith("#Inventor")],
  // A .3dl begins with a keyword, or with its row of whole-number inputs.
  ["a Lustre or Flame table (.3dl)", bodyMatches(/^(3DMESH\b|\d+([ \t]+\d+){3,}[ \t]*[\r\n])/)],
];

/** @returns the name of the format, or `undefined` when the beginning is like none of them. */
export function foreignFormatOf(beginning: Beginning): string | undefined {
  return foreignFormats.find(([, matches]) => matches(beginning))?.[0];
}
