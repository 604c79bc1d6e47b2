import {
  identityCube,
  isIdentityCube,
  type Lut,
  type Lut1D,
  type Lut3D,
  lutOfTables,
  UNIT_DOMAIN,
} from "../../../colour/index.js";
import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";
import { type Line, linesOf, wordsOf } from "../text/lines.js";

const MAX_SIZE = 256;
/** A row of inputs for a lattice of 256 with numbers of five digits fits many times. */
const MAX_LINE_BYTES = 2 ** 16;
const WHOLE = /^[+-]?\d+$/;
/**
 * Half a step of 16 bits: an identity of as many is the identity. One of fewer bits keeps its rounding, as OpenColorIO
 * does.
 */
const HALF_STEP = 0.501 / 65_535;
/** Tables whose numbers are all smaller are none of whole codes. */
const LEAST_PLAUSIBLE = 128;

/**
 * Reads a .3dl of Flame (rows alone) or Lustre (3DMESH, Mesh, ...): a row of more than three whole numbers is the
 * curve before the lattice, rows of three are its colours, blue fastest; words are passed over.
 *
 * The files do not say how many bits their numbers have: it is told from the largest, as OpenColorIO does, with room
 * for numbers up to twice full scale. A curve within 2 codes of a straight line is one: programs write 0 64 128 ... 1023.
 *
 * @throws {FormatError} naming the line, for rows of another length, for numbers that are no whole ones, and for a
 *   number of rows that makes no cube.
 */
export function read3dl(bytes: Uint8Array, name: string): Lut {
  const rows: number[] = [];
  let curve: readonly number[] | undefined;
  let last = name;
  for (const line of linesOf(bytes, name, MAX_LINE_BYTES)) {
    if (!/^[+\-.\d]/.test(line.text) || /^3DMESH\b/i.test(line.text)) {
      refuseOtherFormats(line);
      continue;
    }
    last = line.where;
    const numbers = wholeNumbers(line);
    if (numbers.length === 3) for (const one of numbers) rows.push(one);
    else if (numbers.length < 3) refuse(line.where, "a row of three numbers", quote(line.text));
    else if (curve !== undefined) refuse(line.where, "one row of inputs", "a second one");
    else curve = numbers;
  }
  if (rows.length === 0 && curve === undefined) refuse(name, "rows of three whole numbers", "none");
  const shaper = curve && curveOf(curve, name);
  return lutOfTables({ ...(shaper && { shaper }), ...(rows.length > 0 && { cube: latticeOf(rows, last) }) });
}

function wholeNumbers({ where, text }: Line): number[] {
  return wordsOf(text).map((word) => {
    if (!WHOLE.test(word) || word.length > 9) refuse(where, "whole numbers", quote(word));
    return Number(word);
  });
}

/** Text that looks alike: programs call many things .3dl. */
function refuseOtherFormats({ where, text }: Line): void {
  if (text.startsWith("<")) refuse(where, "a .3dl", "XML");
  if (/^(nan|inf)/i.test(text)) refuse(where, "whole numbers", quote(text));
}

/** @returns the number that stands for 1. */
function fullScale(numbers: readonly number[], where: string): number {
  const largest = numbers.reduce((most, one) => Math.max(most, one), 0);
  if (largest < LEAST_PLAUSIBLE) {
    refuse(
      where,
      `codes of 8 bits or more, the largest ${LEAST_PLAUSIBLE} or above`,
      `${largest}`,
      "A .3dl does not say how many bits its numbers have, and these are too small to tell.",
    );
  }
  // 14 bits are written nowhere: what is too large for 12 has 16.
  const bits = [8, 10, 12].find((count) => largest < 2 ** (count + 1)) ?? 16;
  return 2 ** bits - 1;
}

/** @returns undefined for a straight line. */
function curveOf(curve: readonly number[], where: string): Lut1D | undefined {
  const scale = fullScale(curve, where);
  const step = scale / (curve.length - 1);
  if (curve.every((value, at) => Math.abs(at * step - value) < 2)) return undefined;
  const table = Float32Array.from({ length: 3 * curve.length }, (_, entry) => {
    return (curve[Math.floor(entry / 3)] as number) / scale;
  });
  return { kind: "lut1d", size: curve.length, table, ...UNIT_DOMAIN };
}

function latticeOf(rows: readonly number[], last: string): Lut3D {
  const size = Math.round(Math.cbrt(rows.length / 3));
  if (size ** 3 !== rows.length / 3 || size < 2 || size > MAX_SIZE) {
    refuse(
      last,
      "N x N x N rows",
      `${rows.length / 3} in all`,
      "The file is truncated, or has rows left over.",
    );
  }
  const scale = fullScale(rows, last);
  const table = new Float32Array(rows.length);
  for (let row = 0; row < size ** 3; row++) {
    const [red, green, blue] = [Math.floor(row / size ** 2), Math.floor(row / size) % size, row % size];
    const entry = 3 * (red + size * (green + size * blue));
    for (const channel of [0, 1, 2]) table[entry + channel] = (rows[3 * row + channel] as number) / scale;
  }
  const cube: Lut3D = { kind: "lut3d", size, table, ...UNIT_DOMAIN };
  return isIdentityCube(cube, HALF_STEP) ? identityCube(size) : cube;
}
