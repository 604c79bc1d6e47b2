/** Numbers that are the same in every engine: from bits by exact arithmetic, without Math.log or Math.cos. */
import { RandomStream } from "../../packages/synthconv/dist/core/index.js";
import type { Numbers } from "./case.js";

/** Uniform in [low, high). */
export function uniform(length: number, purpose: string, low: number, high: number): Float32Array {
  const random = new RandomStream({ seed: 11, purpose });
  const numbers = new Float32Array(length);
  for (let i = 0; i < length; i++) numbers[i] = low + (high - low) * random.uniform();
  return numbers;
}

/** Mean 0 and variance 1. */
export function signed(length: number, purpose: string): Float32Array {
  return uniform(length, purpose, -Math.sqrt(3), Math.sqrt(3));
}

/** Of both signs, but their sums do not cancel: what cancels has no digits left to compare. */
export function mostlyPositive(length: number, purpose: string): Float32Array {
  return uniform(length, purpose, -0.5, 1.5);
}

export function inFloat64(values: Float32Array): Float64Array {
  return Float64Array.from(values);
}

/** FNV-1a over the bytes of arrays, one after the other: two results with one digest are the same bits. */
export function digestOf(arrays: readonly Numbers[]): string {
  let hash = 0x811c9dc5;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
