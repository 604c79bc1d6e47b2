/** Products of many small matrices: one by one they would cost more to begin than to do. */
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { BYTES, kernelFloats, layOut } from "../base/memory.js";
import { smallKernel } from "./memory.js";
import type { ProductSize } from "./types.js";

export interface SmallProducts extends ProductSize {
  readonly count: number;
  /** [count, rows, inner], or [count, inner, rows] where a is transposed. */
  readonly a: FloatArray;
  /** [count, inner, columns], or [count, columns, inner] where b is transposed. */
  readonly b: FloatArray;
  readonly transposed?: "a" | "b";
  /** [count, rows, columns], overwritten. */
  readonly out: FloatArray;
}

// Numbers of a region: three of them stay in the cache nearest to the core.
const CHUNK = 4096;
// Sums of more are added up in parts by the kernel of large products, which pays from there on.
const LONGEST_SUM = 32;
// Fewer cost as much in loops.
const MIN_COUNT = 4;
// The last vectors are written, and read, whole.
const ROOM = CHUNK + 8;

const { start: PLACES, end: END } = layOut({ a: ROOM, b: ROOM, turned: ROOM, c: ROOM });

/** Whether `multiplySmall` does such products: float32 on a backend with kernels, and small. */
export function areSmall({ rows, columns, inner }: ProductSize, count: number, like: FloatArray): boolean {
  const largest = Math.max(rows * inner, inner * columns, rows * columns);
  const isSmall = count >= MIN_COUNT && inner <= LONGEST_SUM && largest > 0 && largest <= CHUNK / MIN_COUNT;
  const are = isSmall && like instanceof Float32Array && smallKernel() !== undefined;
  noteChoice("products of small matrices", are ? "together" : "one by one");
  return are;
}

export function multiplySmall(products: SmallProducts): void {
  const kernel = smallKernel();
  if (kernel === undefined)
    throw new Error("products of small matrices: areSmall says whether there is a kernel");
  const { count, rows, inner, columns, a, b, transposed, out } = products;
  const [ofA, ofB, ofC] = [rows * inner, inner * columns, rows * columns];
  const step = Math.floor(CHUNK / Math.max(ofA, ofB, ofC));
  const [aRow, aStep] = transposed === "a" ? [BYTES, BYTES * rows] : [BYTES * inner, BYTES];
  for (let first = 0; first < count; first += step) {
    const some = Math.min(step, count - first);
    const floats = kernelFloats(END);
    copyEntries(a, first * ofA, (first + some) * ofA, floats, PLACES.a / BYTES);
    copyEntries(b, first * ofB, (first + some) * ofB, floats, PLACES.b / BYTES);
    let { b: factor } = PLACES;
    if (transposed === "b") {
      factor = PLACES.turned;
      kernel.turnSmall(PLACES.b, factor, some, columns, inner);
    }
    kernel.multiplySmall(PLACES.a, aRow, aStep, BYTES * ofA, factor, PLACES.c, some, rows, inner, columns);
    copyEntries(floats, PLACES.c / BYTES, PLACES.c / BYTES + some * ofC, out, first * ofC);
  }
}
