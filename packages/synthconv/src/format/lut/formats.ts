/**
 * The formats of lookup tables. Whatever reads or writes one (`readLut`, the commands train and bake, their help,
 * their errors and the table in docs/cli.md) walks this list: another format is one file and one row.
 */
import { check, type Kind, kind, listOf, STRING } from "../../core/index.js";
import { type Beginning, isXmlWith } from "./beginning.js";
import { checkedFormat } from "./checked-format.js";
import { clfFormat } from "./clf/clf.js";
import { cspFormat } from "./csp/csp.js";
import { cubeFormat } from "./cube/cube.js";
import { haldFormat } from "./hald.js";
import type { LatticeFormat, LutFormat, WritableLutFormat } from "./lut-format.js";
import { spi1dFormat } from "./spi1d.js";
import { spi3dFormat } from "./spi3d.js";
import { threedlFormat } from "./threedl/threedl.js";
import { tilesFormat } from "./tiles.js";

/** In the order in which they are tried; of two with the same extension, the first is written. */
export const LUT_FORMATS: readonly LutFormat[] = [
  cubeFormat,
  clfFormat,
  threedlFormat,
  cspFormat,
  spi1dFormat,
  spi3dFormat,
  haldFormat,
  tilesFormat,
].map(checkedFormat);

/** Formats that are known and not read, tried in order: messages name them. */
export const UNREAD_LUT_FORMATS: readonly (readonly [string, (beginning: Beginning) => boolean])[] = [
  ["an IRIDAS .look file", isXmlWith("<look")],
  ["a Truelight cube (.cub)", ({ text = "" }) => /^# *Truelight\b/i.test(text)],
  ["a Nuke vector field (.vf)", ({ text = "" }) => text.startsWith("#Inventor")],
];

/** The formats that can be written. */
export function writableLutFormats(): readonly WritableLutFormat[] {
  return LUT_FORMATS.filter((format): format is WritableLutFormat => format.write !== undefined);
}

/** The formats that a lattice can be written in. */
export function latticeFormats(): readonly LatticeFormat[] {
  return writableLutFormats().filter((format): format is LatticeFormat => format.write.lattice !== undefined);
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
