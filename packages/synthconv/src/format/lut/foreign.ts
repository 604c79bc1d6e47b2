/** What a file is that holds no lookup table, as far as its beginning tells. */
import { type Beginning, isXml } from "./beginning.js";

const startsWith =
  (...magic: readonly number[]) =>
  ({ bytes }: Beginning): boolean =>
    magic.every((byte, index) => bytes[index] === byte);

/** Tried in order. */
const FOREIGN_FILES: readonly (readonly [string, (beginning: Beginning) => boolean])[] = [
  ["a PNG image", startsWith(0x89, 0x50, 0x4e, 0x47)],
  ["a JPEG image", startsWith(0xff, 0xd8, 0xff)],
  ["a TIFF image", startsWith(0x49, 0x49, 0x2a, 0)],
  ["a TIFF image", startsWith(0x4d, 0x4d, 0, 0x2a)],
  ["a ZIP archive", startsWith(0x50, 0x4b, 3, 4)],
  ["text in UTF-16", startsWith(0xff, 0xfe)],
  ["text in UTF-16", startsWith(0xfe, 0xff)],
  ["an ICC profile", ({ bytes }) => startsWith(0x61, 0x63, 0x73, 0x70)({ bytes: bytes.subarray(36) })],
  ["a binary file", ({ text }) => text === undefined],
  ["an XML file", isXml],
];

/** @returns what it is, or `undefined` when the beginning is like none of them. */
export function foreignFileOf(beginning: Beginning): string | undefined {
  return FOREIGN_FILES.find(([, matches]) => matches(beginning))?.[0];
}
