/** Matrices in larger arrays whose axes change places: the implementations, the best first. */
import { choose, type Implementation, noteChoice } from "../../core/choices.js";
import { copyLines } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { kernelLoader } from "../base/backend.js";
import { BYTES, kernelFloats, layOut } from "../base/memory.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";

/** A matrix in an array: where it begins, and the numbers from a row to the next. */
export interface MatrixPlace {
  readonly data: FloatArray;
  readonly start: number;
  readonly step: number;
}

type Transpose = (from: MatrixPlace, to: MatrixPlace, rows: number, columns: number) => void;

type TransposeImplementation = Implementation<
  [from: MatrixPlace, to: MatrixPlace, rows: number, columns: number],
  Transpose
>;

/** Row i of the matrix at `from` becomes column i of that at `to`, in another array of the same element type. */
export function transposeMatrix(from: MatrixPlace, to: MatrixPlace, rows: number, columns: number): void {
  choose("transpose", [wasm, reference], from, to, rows, columns)(from, to, rows, columns);
}

// A side of 32: two tiles take 8 KB. A matrix of 1024 x 1024: 7 to 8.5 ms by rows, 2.8 by tiles; sides of 16 took 2.9 to 3.2,
// of 8 4.1 to 4.4.
const SIDE = 32;

/** Tile by tile: whole rows would fetch every cache line on the other side again for each of its numbers. */
const inTiles: Transpose = (from, to, rows, columns) => {
  for (let first = 0; first < columns; first += SIDE) {
    const end = Math.min(columns, first + SIDE);
    for (let left = 0; left < rows; left += SIDE) {
      const count = Math.min(SIDE, rows - left);
      for (let column = first; column < end; column++) {
        const target = to.start + column * to.step + left;
        const source = from.start + left * from.step + column;
        for (let i = 0, at = source; i < count; i++, at += from.step)
          to.data[target + i] = from.data[at] as number;
      }
    }
  }
};

const reference: TransposeImplementation = { name: "tiles", prepare: () => inTiles };

/** The exports of assembly/kernel.ts; pointers and steps are bytes. */
interface Kernel {
  transpose(
    ...args: [
      ...[from: number, fromStep: number, to: number, toStep: number],
      ...[rows: number, columns: number],
    ]
  ): void;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// Below it the copies and the call cost more than the tiles.
const MIN_NUMBERS = 1024;

// Numbers of a side that go through kernel memory at once. A matrix of 1024 x 1024 took 0.62 ms in parts of 512 and 1.4 in
// parts of 256, whose lines are copied one by one.
const MOST = 512;
// Lines of a part lie a little apart, so that those of a column are not all in the same places of the cache.
const STEP = MOST + 16;

const { start: PLACES, end: END } = layOut({ from: STEP * MOST, to: STEP * MOST });

const wasm: TransposeImplementation = {
  name: "wasm",
  prepare: ({ data }, _, rows, columns) => {
    const kernel = loadKernel();
    if (kernel === undefined || !(data instanceof Float32Array) || rows * columns < MIN_NUMBERS)
      return undefined;
    return (from, to) => inParts(kernel, from, to, rows, columns);
  },
};

/** Rows of up to `MOST` numbers lie apart in kernel memory where they are that long. */
const stepOf = (width: number): number => (width === MOST ? STEP : width);

function inParts(kernel: Kernel, from: MatrixPlace, to: MatrixPlace, rows: number, columns: number): void {
  const { from: source, to: target } = PLACES;
  const memory = kernelFloats(END);
  noteChoice("transpose kernel", rows > MOST || columns > MOST ? "several parts" : "one part");
  for (let row = 0; row < rows; row += MOST) {
    const height = Math.min(MOST, rows - row);
    for (let column = 0; column < columns; column += MOST) {
      const width = Math.min(MOST, columns - column);
      const [fromStep, toStep] = [stepOf(width), stepOf(height)];
      const first = from.start + row * from.step + column;
      copyLines(from.data, first, from.step, memory, source / BYTES, fromStep, height, width);
      kernel.transpose(source, BYTES * fromStep, target, BYTES * toStep, height, width);
      const place = to.start + column * to.step + row;
      copyLines(memory, target / BYTES, toStep, to.data, place, to.step, width, height);
    }
  }
}
