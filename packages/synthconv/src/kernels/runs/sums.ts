/** Sums and extremes of runs of numbers. */
import { noteChoice } from "../../core/choices.js";
import { addressOf, type FloatArray } from "../../core/index.js";
import { RunningSum, sumOf, sumOfSquares } from "../../core/sums.js";
import { readAt } from "../base/in-place.js";
import { BYTES } from "../base/memory.js";
import { type Kernel, kernelFor } from "./kernels.js";
import { FIRST_SUM, forEachChunk, kernelDoubles, load, PLACES } from "./memory.js";

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 256;

/** Numbers whose sum the kernel adds without looking at what an addition loses, as `sumOf` does. */
const BLOCK = 64;

/** The sum of the entries from `start` to before `end`, with what additions lose: the bits of `sumOf`. */
export function sumOfRun(data: FloatArray, start: number, end: number): number {
  const kernel = end - start < MIN_NUMBERS ? undefined : kernelFor(data);
  noteChoice("sum of a run", kernel === undefined ? "loops" : "wasm");
  if (kernel === undefined) return sumOf(data, start, end);
  const doubles = kernelDoubles();
  doubles.fill(0, FIRST_SUM, FIRST_SUM + 2);
  const inBlocks = end - ((end - start) % BLOCK);
  forEachChunk(start, inBlocks, (first, last) => {
    kernel.addBlocks(readAt(data, first, last, PLACES.a), (last - first) / BLOCK, PLACES.sums);
  });
  const total = new RunningSum(doubles[FIRST_SUM], doubles[FIRST_SUM + 1]);
  for (let at = inBlocks; at < end; at++) total.add(data[at] as number);
  return total.value;
}

/** The sum of the squares of the entries. */
export function sumOfSquaresOf(data: FloatArray): number {
  const kernel = data.length < MIN_NUMBERS ? undefined : kernelFor(data);
  noteChoice("sum of a run", kernel === undefined ? "loops" : "wasm");
  if (kernel === undefined) return sumOfSquares(data);
  const total = new RunningSum();
  forEachChunk(0, data.length, (start, end) => {
    total.add(kernel.squaredDistances(readAt(data, start, end, PLACES.a), end - start, 0));
  });
  return total.value;
}

/** The largest of the entries from `start` to before `end`, or the smallest; NaN where one is among them. */
export function extremeOfRun(data: FloatArray, start: number, end: number, isLargest: boolean): number {
  const kernel = end - start < MIN_NUMBERS ? undefined : kernelFor(data);
  noteChoice("extreme of a run", kernel === undefined ? "loops" : "wasm");
  const choose = isLargest ? Math.max : Math.min;
  let best = isLargest ? -Infinity : Infinity;
  if (kernel === undefined) {
    for (let i = start; i < end; i++) best = choose(best, data[i] as number);
    return best;
  }
  forEachChunk(start, end, (first, last) => {
    best = choose(best, kernel.extreme(readAt(data, first, last, PLACES.a), last - first, isLargest ? 1 : 0));
  });
  return best;
}

// Rows that are added plainly before what an addition loses is looked at: 16 additions, as in `sumOf`.
const ROWS = 16;
// Columns at once: 16 rows of them are the room of a region.
const COLUMNS = 1024;
// Shorter rows are added number by number.
const MIN_COLUMNS = 32;

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
