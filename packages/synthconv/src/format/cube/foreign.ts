/** What a file that is no .cube file is instead, as far as its beginning tells. */

const startsWith =
  (...magic: readonly number[]) =>
  (bytes: Uint8Array): boolean =>
    magic.every((byte, index) => bytes[index] === byte);

const binaryFormats: readonly (readonly [string, (bytes: Uint8Array) => boolean])[] = [
  ["a PNG image", startsWith(0x89, 0x50, 0x4e, 0x47)],
  ["a JPEG image", startsWith(0xff, 0xd8, 0xff)],
  ["a TIFF image", startsWith(0x49, 0x49, 0x2a, 0)],
  ["a TIFF image", startsWith(0x4d, 0x4d, 0, 0x2a)],
  ["a ZIP archive", startsWith(0x50, 0x4b, 3, 4)],
  ["text in UTF-16", startsWith(0xff, 0xfe)],
  ["text in UTF-16", startsWith(0xfe, 0xff)],
  ["an ICC profile", (bytes) => startsWith(0x61, 0x63, 0x73, 0x70)(bytes.subarray(36))],
];

type TextTest = (body: string, text: string) => boolean;

const isXml = (body: string): boolean => body.startsWith("<");
const bodyMatches =
  (pattern: RegExp): TextTest =>
  (body) =>
    pattern.test(body);

/** Tried in order on the beginning of a text; `body` is the text without its comment lines. */
const textFormats: readonly (readonly [string, TextTest])[] = [
  ["a Common LUT Format file (.clf or .ctf)", (body) => isXml(body) && body.includes("ProcessList")],
  ["an IRIDAS .look file", (body) => isXml(body) && body.includes("<look")],
  ["an XML file", isXml],
  ["a cineSpace file (.csp)", bodyMatches(/^CSPLUTV100\b/)],
  ["a Sony Imageworks 3D table (.spi3d)", bodyMatches(/^SPILUT\b/)],
  ["a Sony Imageworks 1D table (.spi1d)", bodyMatches(/^Version\s+\d+\s+(From|Length|Components)\b/)],
  ["a Truelight cube (.cub)", (_, text) => /^# *Truelight\b/i.test(text)],
  ["a Nuke vector field (.vf)", (_, text) => text.startsWith("#Inventor")],
  // A .3dl begins with a keyword, or with its row of whole-number inputs.
  ["a Lustre or Flame table (.3dl)", bodyMatches(/^(3DMESH\b|\d+([ \t]+\d+){3,}[ \t]*[\r\n])/)],
];

const SNIFFED_BYTES = 4096;

/** @returns the other format's name, or `undefined` when the file may be a .cube file. */
export function recogniseForeignFormat(bytes: Uint8Array): string | undefined {
  const beginning = bytes.subarray(0, SNIFFED_BYTES);
  for (const [format, matches] of binaryFormats) if (matches(beginning)) return format;
  if (beginning.includes(0)) return "a binary file";
  const text = new TextDecoder().decode(beginning);
  const body = text.replace(/^[ \t]*#.*$/gm, "").trim();
  for (const [format, matches] of textFormats) if (matches(body, text)) return format;
  return undefined;
}
