import { type Lut, type Lut1D, type Lut3D, lutOfTables } from "../../../colour/index.js";
import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";
import { type Line, linesOf, wordsOf } from "../text/lines.js";
import { parseDecimal } from "../text/numbers.js";
import { CubeHeader } from "./header.js";

/** `0 0 0` and a line's end: no row is shorter. */
const MIN_ROW_BYTES = 6;

/**
 * Reads a .cube file of Adobe's (IRIDAS) or Resolve's dialect: a lattice, curves, or curves before a lattice.
 *
 * - Lines end in LF, CR LF or CR; a byte order mark, blank lines, indents, tabs and comments may stand anywhere;
 *   keywords in either case, in any order, before the first row. Values may leave 0..1.
 * - TITLE (BMD_TITLE in files of Blackmagic's tools) may be quoted, unquoted or absent. Unknown and repeated keywords are refused.
 * - LUT_IN_VIDEO_RANGE and LUT_OUT_VIDEO_RANGE are honoured: the table that comes back takes and gives full levels.
 * - Sizes are 2..256 for a lattice and 2..65536 for curves; memory follows the length of the file, not its sizes.
 *
 * @param name what messages call the file.
 * @throws {FormatError} naming the line, for anything else: unknown keywords, numbers that are no decimals
 *   (decimal commas, NaN, hexadecimal), rows missing or left over.
 */
export function readCube(bytes: Uint8Array, name: string): Lut {
  const parser = new CubeParser(name, bytes);
  for (const line of linesOf(bytes, name)) parser.addLine(line);
  return parser.finish();
}

class CubeParser {
  readonly #name: string;
  readonly #bytes: Uint8Array;
  readonly #header = new CubeHeader();
  #values = new Float32Array(0);
  #rows = 0;
  #lastLine = 0;
  #firstExtraLine = 0;

  constructor(name: string, bytes: Uint8Array) {
    this.#name = name;
    this.#bytes = bytes;
  }

  addLine({ number, where, text }: Line): void {
    if (/^([+-.\d]|nan|inf)/i.test(text)) this.#addRow(where, number, text);
    else if (this.#rows === 0) this.#header.addLine(where, text);
    else refuse(where, "a row of three numbers", quote(text), "Keywords stand before the first row.");
  }

  #addRow(where: string, number: number, text: string): void {
    const { rows } = this.#header;
    if (this.#rows === 0) this.#makeRoom(where, rows);
    this.#lastLine = number;
    if (this.#rows === rows) this.#firstExtraLine = number;
    this.#rows++;
    if (this.#rows > rows) return;
    const tokens = wordsOf(text);
    if (tokens.length !== 3 && !tokens.some((token) => token.includes(","))) {
      refuse(where, "a row of three numbers", quote(text));
    }
    let entry = 3 * (this.#rows - 1);
    for (const token of tokens) this.#values[entry++] = parseDecimal(where, token);
  }

  #makeRoom(where: string, rows: number): void {
    if (rows === 0) {
      refuse(where, "LUT_1D_SIZE or LUT_3D_SIZE before the first row", "a row", "This is no .cube file.");
    }
    const possible = Math.ceil(this.#bytes.length / MIN_ROW_BYTES) + 1;
    this.#values = new Float32Array(3 * Math.min(rows, possible));
  }

  finish(): Lut {
    const header = this.#header;
    const { title, size1D, size3D, rows, sizes } = header;
    if (rows === 0) {
      const what = this.#bytes.length === 0 ? "an empty file" : "neither";
      refuse(this.#name, "LUT_1D_SIZE or LUT_3D_SIZE", what, "This is no .cube file, or it is truncated.");
    }
    if (this.#rows !== rows) this.#refuseCount(rows, sizes);
    const domains = header.domains(this.#name);
    header.convertOutput(this.#values.subarray(size3D > 0 ? 3 * size1D : 0));
    const shaper: Lut1D = {
      kind: "lut1d",
      size: size1D,
      table: this.#values.slice(0, 3 * size1D),
      ...domains.shaper,
    };
    const table = this.#values.subarray(3 * size1D);
    const cube: Lut3D = { kind: "lut3d", size: size3D, table, ...domains.cube };
    return lutOfTables({ ...(size1D > 0 && { shaper }), ...(size3D > 0 && { cube }) }, title);
  }

  #refuseCount(expected: number, sizes: string): never {
    const extra = this.#rows > expected;
    const where = `${this.#name}, line ${extra ? this.#firstExtraLine : this.#lastLine}`;
    const repair = extra ? "The file has rows that its size does not ask for." : "The file is truncated.";
    refuse(where, `${expected} rows for ${sizes}`, `${this.#rows} in all`, repair);
  }
}
