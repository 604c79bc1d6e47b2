/**
 * The one place where the benchmark meets the library: what it measures, and whether a part is there. Parts that a
 * package does not export are taken from its build.
 */
import { availableParallelism } from "node:os";

export type {
  LayerGradients,
  PixelLayer,
  PixelNetwork,
} from "../../packages/synthconv/dist/kernels/index.js";
export {
  currentBackend,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "../../packages/synthconv/dist/kernels/index.js";

const kernelsModule: Readonly<Record<string, unknown>> = await import(
  "../../packages/synthconv/dist/kernels/index.js"
);

/** A function of the kernels that may not exist yet. */
export function kernelFunction(name: string): ((...args: readonly unknown[]) => unknown) | undefined {
  const found = kernelsModule[name];
  return typeof found === "function" ? (found as (...args: readonly unknown[]) => unknown) : undefined;
}

export function hasThreads(): boolean {
  return kernelFunction("setThreads") !== undefined;
}

/** Numbers of threads to measure with: one, and all cores where the library has threads. */
export function threadCounts(): readonly number[] {
  const all = availableParallelism();
  return !hasThreads() || all === 1 ? [1] : [1, all];
}

export async function useThreads(count: number): Promise<void> {
  await kernelFunction("setThreads")?.(count);
}
