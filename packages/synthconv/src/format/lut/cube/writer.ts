import {
  checkLut,
  type Lut,
  type Lut1D,
  type Lut3D,
  type RgbTriple,
  requireTables,
} from "../../../colour/index.js";
import { checkOptions, ValueError } from "../../../core/index.js";
import { WRITE_OPTIONS } from "../checks.js";
import type { LutWriteOptions } from "../lut-format.js";
import { shortestDecimal } from "../text/numbers.js";
import { MAX_SIZE_1D, MAX_SIZE_3D } from "./header.js";

// Adobe allows 250 characters per line, and ffmpeg 511 bytes: a longer comment would spill into the table.
const MAX_TEXT = 120;

/**
 * A .cube file that Resolve, Adobe, OpenColorIO and ffmpeg read; the same table gives the same bytes.
 *
 * Numbers have as few digits as bring back the same float32. A table alone carries DOMAIN_MIN and DOMAIN_MAX when
 * its domain is not 0..1; a shaper before a lattice carries Resolve's LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE
 * (ffmpeg reads no shapers). Quotes and control characters in the title become apostrophes and spaces; it is cut
 * to 120 characters. Each line of each comment becomes a comment at the file's head.
 *
 * @throws {ValueError} when there is no table, a size that readers refuse, or, before a lattice, a shaper with
 *   different domains for its channels; and as `checkLut`.
 */
export function writeCube(lut: Lut, options: LutWriteOptions = {}): Uint8Array<ArrayBuffer> {
  checkLut("writeCube", lut);
  checkOptions("writeCube", options, WRITE_OPTIONS);
  const { comments = [] } = options;
  const { title } = lut;
  const { shaper, cube } = requireTables("writeCube", lut);
  const lines: string[] = [];
  if (title !== undefined) lines.push(`TITLE "${plainTitle(title)}"`);
  for (const comment of comments) for (const line of commentLines(comment)) lines.push(line);
  if (shaper !== undefined) lines.push(`LUT_1D_SIZE ${checkSize(shaper, MAX_SIZE_1D)}`);
  if (shaper !== undefined && cube !== undefined) lines.push(`LUT_1D_INPUT_RANGE ${oneRange(shaper)}`);
  if (cube !== undefined) lines.push(`LUT_3D_SIZE ${checkSize(cube, MAX_SIZE_3D)}`);
  if (shaper !== undefined && cube !== undefined) lines.push(`LUT_3D_INPUT_RANGE ${oneRange(cube)}`);
  else lines.push(...domainLines((cube ?? shaper) as Lut1D | Lut3D));
  for (const part of [shaper, cube]) if (part !== undefined) appendRows(lines, part.table);
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}

function plainTitle(title: string): string {
  const plain = title
    .replaceAll('"', "'")
    .replace(/\p{Cc}+/gu, " ")
    .trim();
  return Array.from(plain).slice(0, MAX_TEXT).join("");
}

function commentLines(comment: string): string[] {
  const lines = comment.replace(/[^\P{Cc}\n\r]/gu, " ").split(/[\n\r]/);
  return lines.flatMap((line) => {
    const characters = Array.from(line);
    const pieces = Math.ceil(characters.length / MAX_TEXT);
    return Array.from({ length: pieces }, (_, index) => {
      return `# ${characters.slice(index * MAX_TEXT, (index + 1) * MAX_TEXT).join("")}`;
    });
  });
}

function checkSize({ size }: Lut1D | Lut3D, most: number): number {
  if (size <= most) return size;
  throw new ValueError({
    where: "writeCube",
    expected: `a size of at most ${most}`,
    received: String(size),
    repair: "No reader of .cube files takes more.",
  });
}

function domainLines({ domainMin, domainMax }: Lut1D | Lut3D): string[] {
  const isUnit = domainMin.every((value) => value === 0) && domainMax.every((value) => value === 1);
  return isUnit ? [] : [`DOMAIN_MIN ${domainMin.join(" ")}`, `DOMAIN_MAX ${domainMax.join(" ")}`];
}

function oneRange({ domainMin, domainMax }: Lut1D | Lut3D): string {
  const same = ([red, green, blue]: RgbTriple): boolean => red === green && red === blue;
  if (!same(domainMin) || !same(domainMax)) {
    throw new ValueError({
      where: "writeCube",
      expected: "the same domain in every channel for a shaper before a lattice",
      received: `${domainMin.join(" ")} to ${domainMax.join(" ")}`,
      repair: "Bake both into one lattice.",
    });
  }
  return `${domainMin[0]} ${domainMax[0]}`;
}

function appendRows(lines: string[], table: Float32Array): void {
  for (let entry = 0; entry < table.length; entry += 3) {
    const red = shortestDecimal(table[entry] as number);
    const green = shortestDecimal(table[entry + 1] as number);
    const blue = shortestDecimal(table[entry + 2] as number);
    lines.push(`${red} ${green} ${blue}`);
  }
}
