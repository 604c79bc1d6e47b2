/** The kernels and what they export; pointers are bytes. Softmax is one of its own, twice as large as all else. */
import { type FloatArray, resultMemory } from "../../core/index.js";
import { kernelLoader } from "../base/backend.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import { wasmBase64 as plainSoftmax } from "./softmax/generated/plain.js";
import { wasmBase64 as relaxedSoftmax } from "./softmax/generated/relaxed.js";

export interface Kernel {
  addBlocks(from: number, blocks: number, total: number): void;
  addRows(from: number, rows: number, step: number, width: number, sums: number, lost: number): void;
  sumColumns(
    ...args: [
      ...[from: number, matrices: number, rows: number, step: number, width: number],
      ...[to: number, lost: number],
    ]
  ): void;
  extreme(from: number, count: number, isLargest: number): number;
  extremeLines(from: number, lines: number, length: number, isLargest: number, to: number): void;
  sumLines(from: number, lines: number, length: number, totals: number): void;
  plainSum(from: number, count: number): number;
  squaredDistances(from: number, count: number, centre: number): number;
  normalize(
    ...args: [
      ...[from: number, to: number, count: number],
      ...[centre: number, scale: number, gain: number, offset: number],
    ]
  ): void;
  gradientSums(upstream: number, from: number, count: number, centre: number, totals: number): void;
  normalGradient(
    ...args: [
      ...[upstream: number, from: number, to: number, count: number],
      ...[centre: number, scale: number, gain: number, average: number, slope: number],
    ]
  ): void;
  normalizeLines(
    ...args: [
      ...[from: number, to: number, lines: number, length: number],
      ...[epsilon: number, gains: number, offsets: number, statistics: number],
    ]
  ): void;
  linesGradient(
    ...args: [
      ...[upstream: number, from: number, to: number, lines: number, length: number],
      ...[gains: number, statistics: number, gainSums: number, offsetSums: number],
    ]
  ): void;
  distances(code: number, a: number, b: number, count: number, delta: number): number;
  distanceGradient(
    ...args: [
      ...[code: number, a: number, b: number, to: number],
      ...[count: number, delta: number, scale: number],
    ]
  ): void;
}

export interface SoftmaxKernel {
  softmax(from: number, to: number, lines: number, length: number): number;
  exponentialSums(from: number, to: number, lines: number, length: number, totals: number): number;
  subtractLogarithms(from: number, to: number, lines: number, length: number, totals: number): void;
  softmaxGradient(upstream: number, y: number, to: number, lines: number, length: number): void;
  logSoftmaxGradient(upstream: number, y: number, to: number, lines: number, length: number): number;
  columnExponentials(
    ...args: [
      ...[from: number, to: number, rows: number, width: number],
      ...[columns: number, totals: number, largest: number],
    ]
  ): number;
  divideColumns(to: number, rows: number, width: number, totals: number): void;
  subtractColumns(
    ...args: [
      ...[from: number, to: number, rows: number, width: number],
      ...[totals: number, largest: number],
    ]
  ): void;
  columnSoftmaxGradient(upstream: number, y: number, to: number, rows: number, width: number): void;
  columnLogGradient(
    ...args: [...[upstream: number, y: number, to: number], ...[rows: number, width: number, columns: number]]
  ): number;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed }, resultMemory);
const loadSoftmax: () => SoftmaxKernel | undefined = kernelLoader<SoftmaxKernel>(
  { plain: plainSoftmax, relaxed: relaxedSoftmax },
  resultMemory,
);

/** The kernel where a backend with kernels is on and all arrays are float32. */
export function kernelFor(...arrays: readonly FloatArray[]): Kernel | undefined {
  return arrays.every((data) => data instanceof Float32Array) ? loadKernel() : undefined;
}

/** As `kernelFor`. */
export function softmaxKernelFor(data: FloatArray): SoftmaxKernel | undefined {
  return data instanceof Float32Array ? loadSoftmax() : undefined;
}
