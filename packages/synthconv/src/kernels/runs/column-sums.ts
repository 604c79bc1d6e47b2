/** Sums of rows of one length, column by column. */
import { noteChoice } from "../../core/choices.js";
import { addressOf, type FloatArray } from "../../core/index.js";
import { BYTES } from "../base/memory.js";
import { type Kernel, kernelFor } from "./kernels.js";
import { CHUNK, FIRST_SUM, kernelDoubles, load, PLACES } from "./memory.js";

// Rows that are added plainly before what an addition loses is looked at: 16 additions, as in `sumOf`.
const ROWS = 16;
// Columns at once: 16 rows of them are the room of a region.
const COLUMNS = 1024;
// Shorter rows are added number by number.
const MIN_COLUMNS = 32;

// Sums that the kernel has room for.
const MOST_SUMS = 2 * CHUNK;

/**
 * The sums of the columns of matrices [rows, width] that follow each other, with the bits of `ColumnSums`.
 *
 * @returns undefined where the kernel does not cover them: it reads them in place, in whole vectors.
 */
export function sumsOfColumns(data: FloatArray, rows: number, width: number): Float64Array | undefined {
  const at = width < MIN_COLUMNS || width % 4 !== 0 ? undefined : addressOf(data);
  const kernel = at === undefined ? undefined : kernelFor(data);
  noteChoice("sums of matrices", kernel === undefined ? "row by row" : "wasm");
  if (kernel === undefined || at === undefined) return undefined;
  const sums = new Float64Array(data.length / rows);
  const [some, count] = [Math.floor(MOST_SUMS / width), sums.length / width];
  const take = (matrix: number, matrices: number, column: number, columns: number): void => {
    const from = at + (matrix * rows * width + column) * BYTES;
    kernel.sumColumns(from, matrices, rows, width * BYTES, columns, PLACES.sums, PLACES.largest);
    const found = kernelDoubles().subarray(FIRST_SUM, FIRST_SUM + matrices * columns);
    sums.set(found, matrix * width + column);
  };
  for (let matrix = 0; matrix < count; matrix += Math.max(1, some)) {
    if (some > 0) take(matrix, Math.min(some, count - matrix), 0, width);
    else
      for (let column = 0; column < width; column += MOST_SUMS)
        take(matrix, 1, column, Math.min(MOST_SUMS, width - column));
  }
  return sums;
}

/** Sums of rows of one length, column by column, with what additions lose beside them. */
export class ColumnSums {
  readonly #kernel: Kernel;

  private constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** What adds rows of `data` on the kernel; undefined where it does not cover them. */
  static for(data: FloatArray, width: number): ColumnSums | undefined {
    const kernel = width < MIN_COLUMNS ? undefined : kernelFor(data);
    noteChoice("sums of columns", kernel === undefined ? "loops" : "wasm");
    return kernel === undefined ? undefined : new ColumnSums(kernel);
  }

  /**
   * Adds rows that begin at `starts` to `sums` and what these lost to `lost`, from `at` on.
   */
  add(
    data: FloatArray,
    starts: readonly number[],
    width: number,
    sums: Float64Array,
    lost: Float64Array,
    at: number,
  ): void {
    const { sums: place } = PLACES;
    for (let column = 0; column < width; column += COLUMNS) {
      const count = Math.min(COLUMNS, width - column);
      const padded = Math.ceil(count / 4) * 4;
      const doubles = kernelDoubles();
      const lostIndex = FIRST_SUM + COLUMNS;
      doubles.set(sums.subarray(at + column, at + column + count), FIRST_SUM);
      doubles.set(lost.subarray(at + column, at + column + count), lostIndex);
      for (let row = 0; row < starts.length; row += ROWS) {
        const rows = Math.min(ROWS, starts.length - row);
        const { at: from, step } = readRows(data, starts, row, rows, column, count, padded);
        const lostPlace = place + COLUMNS * Float64Array.BYTES_PER_ELEMENT;
        this.#kernel.addRows(from, rows, step * BYTES, padded, place, lostPlace);
      }
      sums.set(doubles.subarray(FIRST_SUM, FIRST_SUM + count), at + column);
      lost.set(doubles.subarray(lostIndex, lostIndex + count), at + column);
    }
  }
}

/** The address of `rows` rows, and the numbers from one to the next: in place where they lie evenly in the memory of results. */
function readRows(
  data: FloatArray,
  starts: readonly number[],
  row: number,
  rows: number,
  column: number,
  count: number,
  padded: number,
): { readonly at: number; readonly step: number } {
  const first = starts[row] as number;
  const step = rows === 1 ? padded : (starts[row + 1] as number) - first;
  let isEven = true;
  for (let i = 2; i < rows; i++) isEven &&= starts[row + i] === first + i * step;
  const address = isEven ? addressOf(data, first + column) : undefined;
  noteChoice("rows of sums", address === undefined ? "a copy" : "in place");
  if (address !== undefined) return { at: address, step };
  for (let i = 0; i < rows; i++) {
    const from = (starts[row + i] as number) + column;
    load(data, from, from + count, PLACES.a + i * padded * BYTES);
  }
  return { at: PLACES.a, step: padded };
}
