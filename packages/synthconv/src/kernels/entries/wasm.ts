/** The WebAssembly side: numbers go through kernel memory a chunk at a time. */
import { noteChoice } from "../../core/choices.js";
import { type FloatArray, resultFloats } from "../../core/index.js";
import { codesOf } from "../base/backend.js";
import { readFilled, settle, writeAt } from "../base/in-place.js";
import { BYTES } from "../base/memory.js";
import * as constants from "./generated/constants.js";
import { type ArithmeticKernel, type FunctionKernel, loadKernel, loadPolynomials } from "./kernels.js";
import {
  chunkOf,
  forEachChunk,
  forEachOutside,
  isEven,
  MIN_NUMBERS,
  PLACES,
  readerOf,
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
  const { a: placeA, b: placeB, out: place } = PLACES;
  const reference = prepareFunction(fn);
  const writtenPart = (to: number, at: number, length: number): Float32Array =>
    resultFloats().subarray(to / BYTES + at, to / BYTES + at + length);
  return {
    values: (input, output) => {
      forEachChunk(input.length, chunkOf([input, output]), (start, end) => {
        const count = end - start;
        const a = readFilled(input, start, end, placeA);
        const to = writeAt(output, start, count, place);
        forEachOutside(
          kernel.values(code, a, to, count) !== 0,
          count,
          (bytes, length) => kernel.values(code, a + bytes, to + bytes, length),
          (at, length) => {
            reference.values(input.subarray(start + at, start + at + length), writtenPart(to, at, length));
          },
        );
        settle(to, place, count, output, start);
      });
    },
    gradients: (upstream, input, output, gradient) => {
      const from = OF_RESULT.has(fn.name as string) ? output : input;
      forEachChunk(input.length, chunkOf([upstream, from, gradient]), (start, end) => {
        const count = end - start;
        const a = readFilled(upstream, start, end, placeA);
        const b = readFilled(from, start, end, placeB);
        const to = writeAt(gradient, start, count, place);
        forEachOutside(
          kernel.gradients(code, a, b, to, count) !== 0,
          count,
          (bytes, length) => kernel.gradients(code, a + bytes, b + bytes, to + bytes, length),
          (at, length) => {
            const part = (data: FloatArray): FloatArray => data.subarray(start + at, start + at + length);
            reference.gradients(part(upstream), part(input), part(output), writtenPart(to, at, length));
          },
        );
        settle(to, place, count, gradient, start);
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
    // Over a chunk that was copied, but not over a constant: two chunks leave more of the nearest cache to what is copied.
    const place = stepA === 1 ? placeA : stepB === 1 ? placeB : PLACES.out;
    const [readA, readB] = [readerOf(a, fromA, stepA, placeA), readerOf(b, fromB, stepB, placeB)];
    const most = chunkOf([...(stepA === 1 ? [a] : []), ...(stepB === 1 ? [b] : []), out], Infinity);
    forEachChunk(length, most, (first, end) => {
      const count = end - first;
      const to = writeAt(out, start + first, count, place);
      kernel.combine(
        ...([code, readA(first, end), VECTOR * stepA, readB(first, end), VECTOR * stepB] as const),
        ...([to, count] as const),
      );
      settle(to, place, count, out, start + first);
    });
  };
}
