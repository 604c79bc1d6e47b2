/**
 * The formats of lookup tables. Whatever reads or writes one (`readLut`, the commands train and bake, their help,
 * their errors and the table in docs/cli.md) walks this list: another format is one file and one row.
 */
import { check, type Kind, kind, listOf, STRING } from "../../core/index.js";
import { type Beginning, bodyMatches, isXmlWith } from "./beginning.js";
import { checkedFormat } from "./checked-format.js";
import { cubeFormat } from "./cube/cube.js";
import { haldFormat } from "./hald.js";
import type { LutFormat, WritableLutFormat } from "./lut-format.js";
import { spi1dFormat } from "./spi1d.js";
import { spi3dFormat } from "./spi3d.js";
import { tilesFormat } from "./tiles.js";

/** In the order in which they are tried; of two with the same extension, the first is written. */
export const LUT_FORMATS: readonly LutFormat[] = [
  cubeFormat,
  spi1dFormat,
  spi3dFormat,
  haldFormat,
  tilesFormat,
].map(checkedFormat);

/** Formats that are known and not read, tried in order: messages name them. */
export const UNREAD_LUT_FORMATS: readonly (readonly [string, (beginning: Beginning) => boolean])[] = [
  ["a Common LUT Format file (.clf or .ctf)", isXmlWith("ProcessList")],
  ["an IRIDAS .look file", isXmlWith("<look")],
  ["a cineSpace file (.csp)", bodyMatches(/^CSPLUTV100\b/)],
  ["a Truelight cube (.cub)", ({ text = "" }) => /^# *Truelight\b/i.test(text)],
  ["a Nuke vector field (.vf)", ({ text = "" }) => text.startsWith("#Inventor")],
  // A .3dl begins with a keyword, or with its row of whole-number inputs.
  ["a Lustre or Flame table (.3dl)", bodyMatches(/^(3DMESH\b|\d+([ \t]+\d+){3,}[ \t]*[\r\n])/)],
];

/** The formats that a lattice can be written in. */
export function writableLutFormats(): readonly WritableLutFormat[] {
  return LUT_FORMATS.filter((format): format is WritableLutFormat => format.write !== undefined);
}

const FORMATS: Kind<readonly LutFormat[]> = listOf(
  kind<LutFormat>("a format", (value) =>
    Array.isArray((value as Partial<LutFormat> | null | undefined)?.extensions),
  ),
  "a list of formats, such as LUT_FORMATS",
);

/** @returns the first of `formats` to which the extension of a file's name belongs. */
export function lutFormatOfName<Format extends LutFormat>(
  name: string,
  formats: readonly Format[],
): Format | undefined {
  check("lutFormatOfName", "name", name, STRING);
  check("lutFormatOfName", "formats", formats, FORMATS);
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase();
  return formats.find(({ extensions }) => extension !== undefined && extensions.includes(extension));
}
