/** The WebAssembly side of dense products: its memory, and the copies in and out of it. */

import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import { addressOf, type FloatArray } from "../../core/index.js";
import { kernelLoaders } from "../base/backend.js";
import { BYTES, kernelFloats, layOut, workingMemory } from "../base/memory.js";
import { PANEL_NUMBERS } from "./generated/constants.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";

/** The exports of assembly/kernel.ts; pointers, offsets, steps and strides are bytes. */
interface Kernel {
  addProduct(
    ...args: [
      ...[a: number, aOffsets: number, aStep: number, rows: number],
      ...[b: number, bOffsets: number, transposed: number, columns: number],
      ...[inner: number, panels: number, c: number, cStride: number],
    ]
  ): void;
  foldSums(c: number, folded: number, count: number, isFirst: number): void;
  finishSums(c: number, folded: number, count: number): void;
  padRows(from: number, to: number, rows: number, width: number, left: number, right: number): void;
  cropRows(from: number, stride: number, to: number, rows: number, width: number): void;
  multiplySmall(
    ...args: [
      ...[a: number, aRow: number, aStep: number, size: number],
      ...[b: number, c: number, count: number],
      ...[rows: number, inner: number, columns: number],
    ]
  ): void;
  turnSmall(from: number, to: number, count: number, rows: number, columns: number): void;
}

const loadKernel: (hasResults: boolean) => Kernel | undefined = kernelLoaders<Kernel>({ plain, relaxed });

/** What small products need of the kernel; undefined where there is none. */
export const smallKernel = (): Pick<Kernel, "multiplySmall" | "turnSmall"> | undefined => loadKernel(false);

/** True where a backend with kernels is on and every array is float32. */
export function runsOnKernel(...arrays: readonly FloatArray[]): boolean {
  return loadKernel(false) !== undefined && arrays.every((data) => data instanceof Float32Array);
}

/** Numbers of a sum after which float32 sums go to float64; the kernel groups them below that. README.md, constants. */
const FOLD = 1024;

// The kernel reads and writes whole groups of 4 rows and 8 columns.
const SLACK = 8;

/** Numbers that the regions of one product need. */
export interface RegionLengths {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Rows of images on their way in or out; 0 where none are. */
  readonly stage: number;
  /** Lines in the two tables of offsets. */
  readonly aLines: number;
  readonly bLines: number;
  /** Numbers of the longest sum. */
  readonly inner: number;
}

interface ProductSizes {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly aStep: number;
  readonly transposed: boolean;
  readonly cStride: number;
}

type Lines = Omit<ProductSizes, "inner">;

/** The regions of products in kernel memory; what is in them holds until another kernel is called. */
export class ProductMemory {
  readonly floats: Float32Array;
  /** Byte offsets of the regions. */
  readonly start: Readonly<
    Record<"panels" | "aTable" | "bTable" | "a" | "b" | "c" | "folded" | "stage", number>
  >;
  /** Whether rows of images that are results of a step are read and written in place. */
  readonly hasResults: boolean;
  readonly #integers: Int32Array;
  /** Numbers that the float32 sums in C have, of each sum, and whether there are float64 ones beside them. */
  #summed = 0;
  #isFolded = false;

  /** @param isKept whether it is held from call to call, which the memory of results is not for. */
  constructor({ a, b, c, stage, aLines, bLines, inner }: RegionLengths, isKept = false) {
    const { start, end } = layOut({
      panels: PANEL_NUMBERS,
      aTable: aLines + SLACK,
      bTable: bLines + SLACK,
      a,
      b: b + SLACK,
      c,
      folded: inner > FOLD ? 2 * c : 0,
      stage,
    });
    this.start = start;
    const { floats, hasResults } = isKept
      ? { floats: kernelFloats(end), hasResults: false }
      : workingMemory(end);
    this.floats = floats;
    this.hasResults = hasResults;
    this.#integers = new Int32Array(this.floats.buffer);
  }

  /** False once kernel memory has grown and `floats` is detached. */
  get isCurrent(): boolean {
    return this.floats.length > 0;
  }

  /** Index in `floats` of the first number of a region. */
  index(region: "a" | "b" | "c"): number {
    return this.start[region] / BYTES;
  }

  /** Writes where each line of a matrix starts; the lines that fill up the last group repeat the first. */
  setOffsets(table: "aTable" | "bTable", lines: number, offsetOf: (line: number) => number): void {
    const at = this.start[table] / BYTES;
    const integers = this.#integers;
    for (let line = 0; line < lines; line++) integers[at + line] = offsetOf(line) * BYTES;
    integers.fill(integers[at] as number, at + lines, at + lines + SLACK);
  }

  /** Begins sums with what C holds. */
  beginSums(): void {
    this.#summed = 0;
    this.#isFolded = false;
  }

  /**
   * C += A B, from the tables of offsets. `aStep` and `cStride` count numbers; `transposed`: the table of B is
   * one of columns that lie along the sum.
   */
  addProduct({ inner, ...sizes }: ProductSizes): void {
    for (let k = 0; k < inner; ) {
      if (this.#summed === FOLD) this.#foldSums(sizes);
      const length = Math.min(inner - k, FOLD - this.#summed);
      this.#addPart(sizes, k, length);
      this.#summed += length;
      k += length;
    }
  }

  #addPart({ rows, columns, aStep, transposed, cStride }: Lines, k: number, length: number): void {
    const { start } = this;
    const along = k * BYTES;
    const [b, bTable] = transposed ? [start.b + along, start.bTable] : [start.b, start.bTable + along];
    this.#kernel.addProduct(
      ...([start.a + along * aStep, start.aTable, aStep * BYTES, rows] as const),
      ...([b, bTable, transposed ? 1 : 0, columns] as const),
      ...([length, start.panels, start.c, cStride * BYTES] as const),
    );
  }

  #foldSums({ rows, cStride }: Lines): void {
    const { c, folded } = this.start;
    this.#kernel.foldSums(c, folded, rows * cStride, this.#isFolded ? 0 : 1);
    this.#summed = 0;
    this.#isFolded = true;
  }

  /** Brings what was folded of `rows` sums back to C, which then holds all of it. */
  finishSums({ rows, cStride }: Pick<ProductSizes, "rows" | "cStride">): void {
    noteChoice("sums of products", this.#isFolded ? "float64 beside float32" : "float32");
    if (!this.#isFolded) return;
    const { c, folded } = this.start;
    this.#kernel.finishSums(c, folded, rows * cStride);
  }

  /** Rows of an image to index `to` of `floats`, with zeros left and right of each; through the stage, but for results of a step. */
  readRows(
    from: FloatArray,
    start: number,
    to: number,
    rows: number,
    width: number,
    left: number,
    right: number,
  ): void {
    const address = this.#placeOf(from, start);
    noteChoice("kernel reads", address === undefined ? "a copy" : "in place");
    const { stage } = this.start;
    if (address === undefined) copyEntries(from, start, start + rows * width, this.floats, stage / BYTES);
    this.#kernel.padRows(address ?? stage, to * BYTES, rows, width, left, right);
  }

  /** Rows at index `from` of `floats`, `stride` numbers apart, to an image; through the stage, but for results of a step. */
  writeRows(from: number, stride: number, rows: number, width: number, to: FloatArray, start: number): void {
    const address = this.#placeOf(to, start);
    noteChoice("kernel writes", address === undefined ? "a copy" : "in place");
    const { stage } = this.start;
    this.#kernel.cropRows(from * BYTES, stride * BYTES, address ?? stage, rows, width);
    if (address !== undefined) return;
    copyEntries(this.floats, stage / BYTES, stage / BYTES + rows * width, to, start);
  }

  /** Of the backend that is on now: the memory of matrices is kept. */
  get #kernel(): Kernel {
    return loadKernel(this.hasResults) as Kernel;
  }

  #placeOf(data: FloatArray, at: number): number | undefined {
    return this.hasResults ? addressOf(data, at) : undefined;
  }
}
