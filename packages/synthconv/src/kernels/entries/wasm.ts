/** The WebAssembly side: numbers go through kernel memory a chunk at a time. */
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { codesOf } from "../base/backend.js";
import { BYTES, kernelFloats } from "../base/memory.js";
import * as constants from "./generated/constants.js";
import { type ArithmeticKernel, type FunctionKernel, loadKernel, loadPolynomials } from "./kernels.js";
import {
  END,
  forEachChunk,
  forEachOutside,
  isEven,
  loadConstant,
  MIN_NUMBERS,
  PLACES,
  VECTOR,
} from "./memory.js";
import * as polynomials from "./polynomials/generated/constants.js";
import { prepareFunction, ROWS } from "./reference.js";
import type {
  ArithmeticImplementation,
  EntryFunction,
  FunctionImplementation,
  PreparedFunction,
  RowOperation,
} from "./types.js";

const SIMPLE = codesOf(constants, "function_");
const POLYNOMIALS = codesOf(polynomials, "function_");
const ARITHMETIC = codesOf(constants, "arithmetic_");

/** The gradients of these are read off the result. */
const OF_RESULT: ReadonlySet<string> = new Set(["exp", "sqrt"]);

export const functionWasm: FunctionImplementation = {
  name: "wasm",
  prepare: (fn, sample) => {
    if (fn.name === undefined) return undefined;
    if (!(sample instanceof Float32Array) || sample.length < MIN_NUMBERS) return undefined;
    const isSimple = fn.name in SIMPLE;
    const code = isSimple ? SIMPLE[fn.name] : POLYNOMIALS[fn.name];
    if (code === undefined) return undefined;
    const kernel = isSimple ? loadKernel() : loadPolynomials();
    return kernel && prepareOnKernel(kernel, code, fn);
  },
};

function prepareOnKernel(kernel: FunctionKernel, code: number, fn: EntryFunction): PreparedFunction {
  const { a, b, out } = PLACES;
  const reference = prepareFunction(fn);
  const first = out / BYTES;
  return {
    values: (input, output) => {
      forEachChunk(input.length, (start, end) => {
        const floats = kernelFloats(END);
        const count = end - start;
        copyEntries(input, start, end, floats, a / BYTES);
        forEachOutside(
          kernel.values(code, a, out, count) !== 0,
          count,
          (bytes, length) => kernel.values(code, a + bytes, out + bytes, length),
          (at, length) => {
            const part = input.subarray(start + at, start + at + length);
            reference.values(part, floats.subarray(first + at, first + at + length));
          },
        );
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
        forEachOutside(
          kernel.gradients(code, a, b, out, count) !== 0,
          count,
          (bytes, length) => kernel.gradients(code, a + bytes, b + bytes, out + bytes, length),
          (at, length) => {
            const part = (data: FloatArray): FloatArray => data.subarray(start + at, start + at + length);
            const target = floats.subarray(first + at, first + at + length);
            reference.gradients(part(upstream), part(input), part(output), target);
          },
        );
        copyEntries(floats, first, first + count, gradient, start);
      });
    },
  };
}

export const arithmeticWasm: ArithmeticImplementation = {
  name: "wasm",
  prepare: (operation, a, b, out) => {
    const areFloats = a instanceof Float32Array && b instanceof Float32Array && out instanceof Float32Array;
    const kernel = areFloats && out.length >= MIN_NUMBERS ? loadKernel() : undefined;
    return kernel && rowOnKernel(kernel, ARITHMETIC[operation] as number, ROWS[operation]);
  },
};

function rowOnKernel(kernel: ArithmeticKernel, code: number, inLoops: RowOperation): RowOperation {
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
