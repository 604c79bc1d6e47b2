/** A product of matrices on the kernel, tile by tile: the whole of it, or rows and columns of the result. */
import { noteChoice } from "../../core/choices.js";
import { copyLines } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { roundUp } from "../base/memory.js";
import { ProductMemory, runsOnKernel } from "./memory.js";
import type { MatrixProduct, ProductImplementation, ProductPart, ProductSize } from "./types.js";

// README.md, constants.
const MIN_WORK = 2048;
const MIN_ENTRIES = 3;

/** Covers products of float32 matrices that are large enough. */
export const wasm: ProductImplementation = {
  name: "wasm",
  prepare: (product) =>
    isCovered(product, product.a, product.b)
      ? { addPart: (part) => addProductPart(product, part), isShared: true }
      : undefined,
};

/** Whether a product of this size, of factors of this kind, runs on the kernel. */
export function isCovered({ rows, columns, inner }: ProductSize, ...factors: FloatArray[]): boolean {
  const entries = rows * columns;
  return entries >= MIN_ENTRIES && entries * inner >= MIN_WORK && runsOnKernel(...factors);
}

const TILE = { rows: 256, columns: 512, inner: 1024 };

let memoryOfTiles: ProductMemory | undefined;

/** The regions of the largest tile, 3.6 MB, kept: small products are many and take less time than laying out. */
function tileMemory(): ProductMemory {
  if (memoryOfTiles?.isCurrent !== true) {
    const lengths = {
      a: TILE.rows * TILE.inner,
      b: TILE.inner * TILE.columns,
      c: TILE.rows * TILE.columns,
      stage: 0,
      aLines: TILE.rows,
      bLines: TILE.inner,
      inner: Number.POSITIVE_INFINITY,
    };
    memoryOfTiles = new ProductMemory(lengths, true);
  }
  return memoryOfTiles;
}

/** `out += a b` for a part of `out`; an entry is the same bits in whichever part it lies. */
function addProductPart(product: MatrixProduct, { rows, columns }: ProductPart): void {
  const memory = tileMemory();
  noteTiles(product, rows[1] - rows[0], columns[1] - columns[0]);
  for (let row = rows[0]; row < rows[1]; row += TILE.rows) {
    const ofRows = Math.min(TILE.rows, rows[1] - row);
    for (let column = columns[0]; column < columns[1]; column += TILE.columns) {
      const ofColumns = Math.min(TILE.columns, columns[1] - column);
      addTile(memory, product, row, ofRows, column, ofColumns);
    }
  }
}

function noteTiles({ inner, out, isFresh }: MatrixProduct, rows: number, columns: number): void {
  noteChoice("product kernel", rows > TILE.rows ? "several tiles of rows" : "one tile of rows");
  noteChoice("product kernel", columns > TILE.columns ? "several tiles of columns" : "one tile of columns");
  noteChoice("product kernel", inner > TILE.inner ? "several tiles of the sum" : "one tile of the sum");
  noteChoice("product kernel", out instanceof Float32Array ? "float32 result" : "float64 result");
  noteChoice("product kernel", isFresh === true ? "result of zeros" : "result of numbers");
}

/** One tile of the result over the whole length of its sums. */
function addTile(
  memory: ProductMemory,
  product: MatrixProduct,
  row: number,
  rows: number,
  column: number,
  columns: number,
): void {
  const { inner, out, isFresh = false } = product;
  const { floats } = memory;
  const c = memory.index("c");
  const cStride = roundUp(columns, 8);
  const start = row * product.columns + column;
  // Sums start from what a float32 result holds; for a float64 one they start at 0 and are added.
  const isDirect = out instanceof Float32Array;
  if (isDirect && !isFresh) copyLines(out, start, product.columns, floats, c, cStride, rows, columns);
  else floats.fill(0, c, c + rows * cStride);
  memory.beginSums();
  for (let k = 0; k < inner; k += TILE.inner) {
    const length = Math.min(TILE.inner, inner - k);
    const aStep = loadA(memory, product, row, rows, k, length);
    loadB(memory, product, column, columns, k, length);
    const transposed = product.transposed === "b";
    memory.addProduct({ rows, columns, inner: length, aStep, transposed, cStride });
  }
  memory.finishSums({ rows, cStride });
  if (isDirect) copyLines(floats, c, cStride, out, start, product.columns, rows, columns);
  else addLines(floats, c, cStride, out, start, product.columns, rows, columns);
}

/** @returns the step from one number of a sum to the next. */
function loadA(
  memory: ProductMemory,
  { a, transposed, rows: allRows, inner }: MatrixProduct,
  row: number,
  rows: number,
  k: number,
  length: number,
): number {
  const { floats } = memory;
  const to = memory.index("a");
  if (transposed === "a") {
    copyLines(a, k * allRows + row, allRows, floats, to, rows, length, rows);
    memory.setOffsets("aTable", rows, (line) => line);
    return rows;
  }
  copyLines(a, row * inner + k, inner, floats, to, length, rows, length);
  memory.setOffsets("aTable", rows, (line) => line * length);
  return 1;
}

function loadB(
  memory: ProductMemory,
  { b, transposed, columns: allColumns, inner }: MatrixProduct,
  column: number,
  columns: number,
  k: number,
  length: number,
): void {
  const { floats } = memory;
  const to = memory.index("b");
  if (transposed === "b") {
    copyLines(b, column * inner + k, inner, floats, to, length, columns, length);
    memory.setOffsets("bTable", columns, (line) => line * length);
  } else {
    copyLines(b, k * allColumns + column, allColumns, floats, to, columns, length, columns);
    memory.setOffsets("bTable", length, (line) => line * columns);
  }
}

/** Adds float32 lines to float64 ones. */
function addLines(
  from: Float32Array,
  fromStart: number,
  fromStride: number,
  to: FloatArray,
  toStart: number,
  toStride: number,
  lines: number,
  width: number,
): void {
  for (let line = 0; line < lines; line++) {
    const source = fromStart + line * fromStride;
    const target = toStart + line * toStride;
    for (let i = 0; i < width; i++) {
      to[target + i] = (to[target + i] as number) + (from[source + i] as number);
    }
  }
}
