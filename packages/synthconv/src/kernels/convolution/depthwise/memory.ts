/** The WebAssembly side of correlations with few channels: the regions of a product, of which its kernel has other uses. */
import { kernelLoaders } from "../../base/backend.js";
import { roundUp } from "../../base/memory.js";
import { ProductMemory } from "../../product/memory.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";

/** The exports of assembly/kernel.ts; pointers and offsets are bytes. */
interface Kernel {
  correlate(
    ...args: [
      ...[grid: number, offsets: number, weights: number, taps: number],
      ...[start: number, to: number, length: number],
    ]
  ): void;
  addDots(
    ...args: [
      ...[grid: number, offsets: number, taps: number],
      ...[upstream: number, length: number, sums: number],
    ]
  ): void;
}

const loadKernel: (hasResults: boolean) => Kernel | undefined = kernelLoaders<Kernel>({ plain, relaxed });

// Results that the kernel calculates at a time.
const RESULTS = 16;

/** Numbers of a vector, which the kernel may read where only one of them counts. */
export const VECTOR = 4;
// A sum is two float64 numbers.
const SUM_NUMBERS = 4;

/** A length that is filled up to whole vectors. */
export const vectorsOf = (length: number): number => roundUp(length, VECTOR);

interface Most {
  readonly plane: number;
  readonly target: number;
}

/** Regions of a product: weights in a, grids in b, the results of one output in c. */
export function correlateMemory(lines: number, taps: number, most: Most): ProductMemory {
  return new ProductMemory({
    ...{ a: taps, b: lines * most.plane + RESULTS, c: roundUp(most.target, RESULTS) },
    ...{ stage: Math.max(most.plane, most.target), aLines: 0, bLines: taps, inner: 0 },
  });
}

/** Writes the results of one output to c. */
export function correlate(
  { start, hasResults }: ProductMemory,
  taps: number,
  bias: number,
  length: number,
): void {
  (loadKernel(hasResults) as Kernel).correlate(start.b, start.bTable, start.a, taps, bias, start.c, length);
}

/** Regions of a product: grids in a, the gradient of one output in b, the sums of its taps in c. */
export function dotMemory(lines: number, taps: number, most: Most): ProductMemory {
  return new ProductMemory({
    ...{ a: lines * most.plane + VECTOR, b: vectorsOf(most.target), c: SUM_NUMBERS * taps },
    ...{ stage: Math.max(most.plane, most.target), aLines: taps, bLines: 0, inner: 0 },
  });
}

/** The gradients of the weights of all taps, from what lies in a and b. */
export function dots(
  { start, floats, hasResults }: ProductMemory,
  taps: number,
  length: number,
): (tap: number) => number {
  const sums = new Float64Array(floats.buffer, start.c, 2 * taps).fill(0);
  (loadKernel(hasResults) as Kernel).addDots(
    start.a,
    start.aTable,
    taps,
    start.b,
    vectorsOf(length),
    start.c,
  );
  return (tap) => (sums[2 * tap] as number) + (sums[2 * tap + 1] as number);
}
