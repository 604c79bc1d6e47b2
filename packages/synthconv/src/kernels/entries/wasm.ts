/** The WebAssembly side: numbers go through kernel memory a chunk at a time. */
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { codesOf, kernelLoader } from "../base/backend.js";
import { BYTES, kernelFloats, layOut } from "../base/memory.js";
import * as constants from "./generated/constants.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import { prepareFunction, ROWS } from "./reference.js";
import type {
  ArithmeticImplementation,
  EntryFunction,
  FunctionImplementation,
  PreparedFunction,
  RowOperation,
} from "./types.js";

/** The exports of assembly/kernel.ts; pointers and steps are bytes. */
interface Kernel {
  values(code: number, from: number, to: number, count: number): number;
  gradients(code: number, upstream: number, from: number, to: number, count: number): number;
  combine(
    ...args: [
      ...[code: number, a: number, stepA: number],
      ...[b: number, stepB: number, to: number, count: number],
    ]
  ): void;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });
const FUNCTIONS = codesOf(constants, "function_");
const ARITHMETIC = codesOf(constants, "arithmetic_");

/** The gradients of these are read off the result. */
const OF_RESULT: ReadonlySet<string> = new Set(["exp", "sqrt"]);

// 2^20 sums of two took 1.0 ms in chunks of 2048 numbers, 0.85 in 4096 and 8192, three of which stay in the cache nearest to
// the core, and 0.9 in 16384.
const CHUNK = 4096;

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 64;

const { start: PLACES, end: END } = layOut({ a: CHUNK, b: CHUNK, out: CHUNK });

export const functionWasm: FunctionImplementation = {
  name: "wasm",
  prepare: (fn, sample) => {
    const kernel = loadKernel();
    const code = fn.name === undefined ? undefined : FUNCTIONS[fn.name];
    if (kernel === undefined || code === undefined) return undefined;
    if (!(sample instanceof Float32Array) || sample.length < MIN_NUMBERS) return undefined;
    return prepareOnKernel(kernel, code, fn);
  },
};

/** Calls `chunk` with the first index, and the one after the last, of every chunk. */
function forEachChunk(length: number, chunk: (start: number, end: number) => void): void {
  noteChoice("entries kernel", length > CHUNK ? "several chunks" : "one chunk");
  for (let start = 0; start < length; start += CHUNK) chunk(start, Math.min(length, start + CHUNK));
}

// Of a chunk in which some numbers are beyond the kernel's domain, the blocks that have some are the reference's.
const BLOCK = 64;

function prepareOnKernel(kernel: Kernel, code: number, fn: EntryFunction): PreparedFunction {
  const { a, b, out } = PLACES;
  const reference = prepareFunction(fn);
  const first = out / BYTES;
  return {
    values: (input, output) => {
      forEachChunk(input.length, (start, end) => {
        const floats = kernelFloats(END);
        const count = end - start;
        copyEntries(input, start, end, floats, a / BYTES);
        const isOutside = kernel.values(code, a, out, count) !== 0;
        noteDomain(isOutside);
        for (let at = 0; isOutside && at < count; at += BLOCK) {
          const length = Math.min(BLOCK, count - at);
          if (kernel.values(code, a + BYTES * at, out + BYTES * at, length) === 0) continue;
          const part = input.subarray(start + at, start + at + length);
          reference.values(part, floats.subarray(first + at, first + at + length));
        }
        copyEntries(floats, first, first + count, output, start);
      });
    },
    gradients: (upstream, input, output, gradient) => {
      const from = OF_RESULT.has(fn.name as string) ? output : input;
      forEachChunk(input.length, (start, end) => {
        const floats = kernelFloats(END);
        const count = end - start;
        copyEntries(upstream, start, end, floats, a / BYTES);
        copyEntries(from, start, end, floats, b / BYTES);
        const isOutside = kernel.gradients(code, a, b, out, count) !== 0;
        noteDomain(isOutside);
        for (let at = 0; isOutside && at < count; at += BLOCK) {
          const length = Math.min(BLOCK, count - at);
          const [places, there] = [BYTES * at, start + at];
          if (kernel.gradients(code, a + places, b + places, out + places, length) === 0) continue;
          const part = (data: FloatArray): FloatArray => data.subarray(there, there + length);
          const target = floats.subarray(first + at, first + at + length);
          reference.gradients(part(upstream), part(input), part(output), target);
        }
        copyEntries(floats, first, first + count, gradient, start);
      });
    },
  };
}

function noteDomain(isOutside: boolean): void {
  noteChoice("entries kernel", isOutside ? "numbers beyond its domain" : "numbers of its domain");
}

export const arithmeticWasm: ArithmeticImplementation = {
  name: "wasm",
  prepare: (operation, a, b, out) => {
    const kernel = loadKernel();
    if (kernel === undefined || out.length < MIN_NUMBERS) return undefined;
    const areFloats = a instanceof Float32Array && b instanceof Float32Array && out instanceof Float32Array;
    return areFloats ? rowOnKernel(kernel, ARITHMETIC[operation] as number, ROWS[operation]) : undefined;
  },
};

function rowOnKernel(kernel: Kernel, code: number, inLoops: RowOperation): RowOperation {
  const { a: placeA, b: placeB } = PLACES;
  return (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
    if (length < MIN_NUMBERS || !isEven(stepA) || !isEven(stepB)) {
      noteChoice("entries kernel", "rows in loops");
      inLoops(a, fromA, stepA, b, fromB, stepB, out, start, length);
      return;
    }
    const memory = kernelFloats(END);
    // Over a chunk that was read, but not over a constant: two chunks leave more of the nearest cache to what is copied.
    const placeOut = stepA === 1 ? placeA : stepB === 1 ? placeB : PLACES.out;
    loadConstant(memory, placeA, a, fromA, stepA);
    loadConstant(memory, placeB, b, fromB, stepB);
    forEachChunk(length, (first, end) => {
      const count = end - first;
      if (stepA === 1) copyEntries(a, fromA + first, fromA + end, memory, placeA / BYTES);
      if (stepB === 1) copyEntries(b, fromB + first, fromB + end, memory, placeB / BYTES);
      kernel.combine(code, placeA, VECTOR * stepA, placeB, VECTOR * stepB, placeOut, count);
      copyEntries(memory, placeOut / BYTES, placeOut / BYTES + count, out, start + first);
    });
  };
}

/** Of four numbers. */
const VECTOR = 16;

function isEven(step: number): boolean {
  return step === 0 || step === 1;
}

function loadConstant(memory: Float32Array, place: number, data: FloatArray, at: number, step: number): void {
  if (step === 0) memory.fill(data[at] as number, place / BYTES, place / BYTES + 4);
}
