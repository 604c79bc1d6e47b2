/**
 * The one place where the benchmark meets the library: what it measures, and whether a part is there. Parts that a
 * package does not export are taken from its build.
 */
import { availableParallelism } from "node:os";
import { Tensor } from "../../packages/synthconv/dist/autograd/index.js";
import { allocateResult, sharedFloats } from "../../packages/synthconv/dist/core/index.js";

export type {
  LayerGradients,
  PixelLayer,
  PixelNetwork,
} from "../../packages/synthconv/dist/kernels/index.js";
export {
  currentBackend,
  pixelNetworkForward,
  pixelNetworkLoss,
  startThreads,
  stopThreads,
} from "../../packages/synthconv/dist/kernels/index.js";

/** Numbers of threads to measure with: one, and all cores. */
export function threadCounts(): readonly number[] {
  return [...new Set([1, availableParallelism()])];
}

/**
 * Zeros where that number of threads works on them: threads share only what lies in shared memory, so that work on
 * ordinary memory is one thread's while a pool runs.
 */
export function planesFor(threads: number, length: number): Float32Array {
  return threads === 1 ? new Float32Array(length) : sharedFloats(length);
}

/** The same leaf, its numbers where those of results lie inside of `tidy`. */
export function asResult({ shape, dtype, data, requiresGrad }: Tensor): Tensor {
  const numbers = allocateResult(dtype, data.length);
  numbers.set(data);
  return new Tensor({ shape, data: numbers, requiresGrad });
}
