import { checkLut, type Lut, tablesOf, UNIT_DOMAIN } from "../../colour/index.js";
import { ValueError } from "../../core/index.js";
import { quote } from "../quote.js";
import { bodyMatches } from "./beginning.js";
import { sizesUpTo } from "./lattice-sizes.js";
import type { LutFileFormat } from "./lut-format.js";
import { refuse } from "./refuse.js";
import { type Line, linesOf, wordsOf } from "./text/lines.js";
import { parseDecimal, parseWholeNumber, shortestDecimal } from "./text/numbers.js";

/** As for .cube files. */
const MAX_SIZE = 256;
/** `0 0 0 0 0 0` and a line's end: no row is shorter. */
const MIN_ROW_BYTES = 12;

export const spi3dFormat: LutFileFormat = {
  source: "bytes",
  name: "spi3d",
  title: ".spi3d",
  extensions: ["spi3d"],
  summary: "Sony Imageworks', for OpenColorIO: a lattice over 0 to 1",
  recognize: bodyMatches(/^SPILUT\b/),
  read: readSpi3d,
  write: {
    lattice: sizesUpTo(MAX_SIZE, 33),
    domain: "unit",
    encode: writeSpi3d,
  },
};

/**
 * Reads a .spi3d: `SPILUT 1.0`, `3 3`, the three sizes, then rows of a node's place (red, green, blue) and colour,
 * in any order.
 *
 * @throws {FormatError} naming the line, for unequal sizes and for nodes that are missing, repeated or outside.
 */
function readSpi3d(bytes: Uint8Array, name: string): Lut {
  const lines = linesOf(bytes, name);
  const next = (): Line =>
    lines.next().value ?? refuse(name, "a header of three lines", "fewer", "The file is truncated.");
  const first = next();
  if (!/^SPILUT\b/.test(first.text)) refuse(first.where, "SPILUT 1.0", quote(first.text));
  const channels = next();
  if (!/^3\s+3$/.test(channels.text))
    refuse(channels.where, "3 3, for 3 channels in and out", quote(channels.text));
  const size = readSize(next());
  if (size ** 3 * MIN_ROW_BYTES > bytes.length + 1) refuseRows(name, size, "fewer");
  const table = new Float32Array(3 * size ** 3).fill(Number.NaN);
  let rows = 0;
  for (const line of lines) {
    readRow(line, size, table);
    rows++;
  }
  if (rows < size ** 3) refuseRows(name, size, `${rows}`);
  return { stages: [{ kind: "lut3d", size, table, ...UNIT_DOMAIN }] };
}

function readSize({ where, text }: Line): number {
  const sizes = wordsOf(text);
  if (sizes.length !== 3 || new Set(sizes).size !== 1) refuse(where, "one size, three times", quote(text));
  return parseWholeNumber(where, "the size", sizes[0] as string, 2, MAX_SIZE);
}

function readRow({ where, text }: Line, size: number, table: Float32Array): void {
  const words = wordsOf(text);
  if (words.length !== 6) refuse(where, "a node's place and colour, six numbers", quote(text));
  const [red = 0, green = 0, blue = 0] = words
    .slice(0, 3)
    .map((word) => parseWholeNumber(where, "a node's place", word, 0, size - 1));
  const entry = 3 * (red + size * (green + size * blue));
  if (!Number.isNaN(table[entry])) refuse(where, "each node once", `${red} ${green} ${blue} again`);
  for (const [channel, word] of words.slice(3).entries()) table[entry + channel] = parseDecimal(where, word);
}

function refuseRows(name: string, size: number, received: string): never {
  refuse(name, `${size ** 3} rows for a size of ${size}`, received, "The file is truncated.");
}

/** @throws {ValueError} for curves and for a domain other than 0 to 1, which the format cannot say. */
function writeSpi3d(lut: Lut): Uint8Array<ArrayBuffer> {
  checkLut("a .spi3d", lut);
  const { shaper, cube } = tablesOf(lut) ?? {};
  const isUnit = cube?.domainMin.every((low) => low === 0) && cube.domainMax.every((high) => high === 1);
  if (shaper !== undefined || cube === undefined || !isUnit || cube.size > MAX_SIZE) {
    throw new ValueError({
      where: "a .spi3d",
      expected: `a lattice of at most ${MAX_SIZE} nodes per axis over 0 to 1, without curves`,
      received: "another table",
      repair: "Write it as .cube.",
    });
  }
  const { size, table } = cube;
  const lines = ["SPILUT 1.0", "3 3", `${size} ${size} ${size}`];
  for (let node = 0; node < size ** 3; node++) {
    // Blue varies fastest here.
    const [red, green, blue] = [Math.floor(node / size ** 2), Math.floor(node / size) % size, node % size];
    const entry = 3 * (red + size * (green + size * blue));
    const colour = Array.from(table.subarray(entry, entry + 3), shortestDecimal);
    lines.push(`${red} ${green} ${blue} ${colour.join(" ")}`);
  }
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}
