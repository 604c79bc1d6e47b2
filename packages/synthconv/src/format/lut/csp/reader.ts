import { type Lut, type Lut1D, type Lut3D, UNIT_DOMAIN } from "../../../colour/index.js";
import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";
import { type Line, linesOf, wordsOf } from "../text/lines.js";
import { parseDecimal, parseWholeNumber } from "../text/numbers.js";
import { type Curve, isIdentityCurve, sampleCurves } from "./curves.js";

/** As OpenColorIO. */
const MAX_SIZE_1D = 2 ** 20;
const MAX_SIZE_3D = 256;
/** A curve before the table stands on two lines, as long as it has points. */
const MAX_LINE_BYTES = 2 ** 22;
/** `0 0 0` and a line's end: no row is shorter. */
const MIN_ROW_BYTES = 6;

/**
 * Reads a .csp: `CSPLUTV100`, `1D` or `3D`, notes between BEGIN METADATA and END METADATA, for each channel a curve
 * before the table (its number of points, their inputs, their outputs), then the table's size and rows, red fastest.
 *
 * The points of a curve may lie anywhere; between them runs OpenColorIO's cubic (`curves.ts`). Curves that change
 * nothing are left out, as there: the table then takes 0 to 1.
 *
 * @throws {FormatError} naming the line, for a lattice of unequal sides, and rows or points missing or left over.
 */
export function readCsp(bytes: Uint8Array, name: string): Lut {
  const lines = new Lines(bytes, name);
  const head = lines.next("CSPLUTV100");
  if (!/^CSPLUTV100\b/i.test(head.text)) refuse(head.where, "CSPLUTV100", quote(head.text));
  const kind = lines.next("1D or 3D");
  if (!/^[13]D$/i.test(kind.text)) refuse(kind.where, "1D or 3D", quote(kind.text));
  const first = skipMetadata(lines);
  const curves = [first, undefined, undefined].map((line) => readCurve(lines, line));
  const shaper = curves.every(isIdentityCurve) ? undefined : sampleCurves(curves);
  const table = /^1/.test(kind.text) ? readCurves(lines, bytes.length) : readLattice(lines, bytes.length);
  lines.end();
  return { stages: shaper === undefined ? [table] : [shaper, table] };
}

class Lines {
  readonly #lines: Generator<Line>;
  #last: string;

  constructor(bytes: Uint8Array, name: string) {
    this.#lines = linesOf(bytes, name, MAX_LINE_BYTES);
    this.#last = name;
  }

  next(expected: string): Line {
    const { value } = this.#lines.next() as { value: Line | undefined };
    if (value === undefined) refuse(this.#last, expected, "the end of the file", "The file is truncated.");
    this.#last = value.where;
    return value;
  }

  end(): void {
    const { value } = this.#lines.next() as { value: Line | undefined };
    if (value === undefined) return;
    refuse(value.where, "nothing behind the last row", quote(value.text), "The file has rows left over.");
  }
}

/** @returns the first line behind the notes. */
function skipMetadata(lines: Lines): Line {
  const expected = "the number of points of a curve";
  let line = lines.next(expected);
  if (!/^BEGIN METADATA$/i.test(line.text)) return line;
  while (!/^END METADATA$/i.test(line.text)) line = lines.next("END METADATA");
  return lines.next(expected);
}

function readCurve(lines: Lines, first: Line | undefined): Curve {
  const { where, text } = first ?? lines.next("the number of points of a curve");
  const points = parseWholeNumber(where, "the number of points of a curve", text, 0, MAX_SIZE_1D);
  // Files without a curve give it no points.
  if (points < 2) return { inputs: [0, 1], outputs: [0, 1] };
  const [inputs, outputs] = ["inputs", "outputs"].map((what) => {
    const line = lines.next(`the ${what} of a curve`);
    const words = wordsOf(line.text);
    if (words.length !== points) refuse(line.where, `${points} ${what} of a curve`, `${words.length}`);
    return words.map((word) => parseDecimal(line.where, word));
  }) as [number[], number[]];
  if (inputs.some((input, at) => at > 0 && !(input > (inputs[at - 1] as number)))) {
    refuse(where, "inputs of a curve that rise", quote(inputs.join(" ")));
  }
  return { inputs, outputs };
}

function readCurves(lines: Lines, bytes: number): Lut1D {
  const { where, text } = lines.next("the number of rows");
  const size = parseWholeNumber(where, "the number of rows", text, 2, MAX_SIZE_1D);
  return { kind: "lut1d", size, table: readRows(lines, where, size, bytes), ...UNIT_DOMAIN };
}

function readLattice(lines: Lines, bytes: number): Lut3D {
  const { where, text } = lines.next("the size of the lattice, three times");
  const sizes = wordsOf(text);
  if (sizes.length !== 3 || new Set(sizes).size !== 1) {
    refuse(where, "one size, three times", quote(text), "Lattices of unequal sides are not read.");
  }
  const size = parseWholeNumber(where, "the size", sizes[0] as string, 2, MAX_SIZE_3D);
  return { kind: "lut3d", size, table: readRows(lines, where, size ** 3, bytes), ...UNIT_DOMAIN };
}

function readRows(lines: Lines, where: string, rows: number, bytes: number): Float32Array {
  if (rows * MIN_ROW_BYTES > bytes + 1) refuse(where, `${rows} rows`, "fewer", "The file is truncated.");
  const table = new Float32Array(3 * rows);
  for (let row = 0; row < rows; row++) {
    const line = lines.next(`${rows} rows`);
    const words = wordsOf(line.text);
    if (words.length !== 3) refuse(line.where, "a row of three numbers", quote(line.text));
    for (const [channel, word] of words.entries()) table[3 * row + channel] = parseDecimal(line.where, word);
  }
  return table;
}
