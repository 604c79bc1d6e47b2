/** a^b, entry by entry, and the gradients of the bases. */
import { choose, type Implementation, noteChoice } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { settle, writeAt } from "../base/in-place.js";
import { BYTES } from "../base/memory.js";
import { loadPowers, type PowerKernel } from "./kernels.js";
import {
  CHUNK,
  forEachChunk,
  forEachOutside,
  isEven,
  MIN_NUMBERS,
  PLACES,
  readerOf,
  VECTOR,
} from "./memory.js";
import type { RowOperation } from "./types.js";

/** A row of the bases' gradients: as `RowOperation`, with the upstream gradient in the places of the result. */
export type RowGradient = (upstream: FloatArray, ...row: Parameters<RowOperation>) => void;

export interface PreparedPower {
  readonly values: RowOperation;
  readonly gradients: RowGradient;
}

type PowerImplementation = Implementation<[a: FloatArray, b: FloatArray, out: FloatArray], PreparedPower>;

/** What takes rows of one call, from these arrays, to powers. */
export function preparePower(a: FloatArray, b: FloatArray, out: FloatArray): PreparedPower {
  return choose("power of entries", [wasm, reference], a, b, out);
}

const inLoops: PreparedPower = {
  values: (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
    for (let i = 0; i < length; i++) {
      out[start + i] = (a[fromA + i * stepA] as number) ** (b[fromB + i * stepB] as number);
    }
  },
  gradients: (upstream, a, fromA, stepA, b, fromB, stepB, out, start, length) => {
    for (let i = 0; i < length; i++) {
      const [base, exponent] = [a[fromA + i * stepA] as number, b[fromB + i * stepB] as number];
      out[start + i] = slope(upstream[start + i] as number, base, exponent);
    }
  },
};

/** As in PyTorch 0 where the exponent is 0, which a^(b - 1) would make NaN at a base of 0. */
function slope(upstream: number, base: number, exponent: number): number {
  return exponent === 0 ? 0 : upstream * exponent * base ** (exponent - 1);
}

const reference: PowerImplementation = { name: "reference", prepare: () => inLoops };

const wasm: PowerImplementation = {
  name: "wasm",
  prepare: (...arrays) => {
    const areFloats = arrays.every((data) => data instanceof Float32Array);
    const kernel = areFloats && arrays[2].length >= MIN_NUMBERS ? loadPowers() : undefined;
    return kernel && onKernel(kernel);
  },
};

/** Where the kernel finds a chunk. */
interface Addresses {
  readonly upstream: number;
  readonly a: number;
  readonly b: number;
  readonly to: number;
}

/** Calls the kernel, or the loops, with a row from `at` entries on; the kernel says whether some are beyond its domain. */
interface Pass {
  readonly kernel: (chunk: Addresses, at: number, count: number) => number;
  readonly loops: (at: number, length: number) => void;
}

function onKernel(kernel: PowerKernel): PreparedPower {
  return {
    values: (...row) => {
      const [a, fromA, stepA, b, fromB, stepB, out, start] = row;
      const [bytesA, bytesB] = [VECTOR * stepA, VECTOR * stepB];
      takeRow(row, undefined, {
        kernel: (chunk, at, count) =>
          kernel.powers(
            ...([chunk.a + at * BYTES * stepA, bytesA, chunk.b + at * BYTES * stepB, bytesB] as const),
            ...([chunk.to + at * BYTES, count] as const),
          ),
        loops: (at, length) =>
          inLoops.values(a, fromA + at * stepA, stepA, b, fromB + at * stepB, stepB, out, start + at, length),
      });
    },
    gradients: (upstream, ...row) => {
      const [a, fromA, stepA, b, fromB, stepB, out, start] = row;
      const [bytesA, bytesB] = [VECTOR * stepA, VECTOR * stepB];
      takeRow(row, upstream, {
        kernel: (chunk, at, count) =>
          kernel.powerGradients(
            ...([chunk.upstream + at * BYTES, chunk.a + at * BYTES * stepA, bytesA] as const),
            ...([chunk.b + at * BYTES * stepB, bytesB, chunk.to + at * BYTES, count] as const),
          ),
        loops: (at, length) =>
          inLoops.gradients(
            ...([upstream, a, fromA + at * stepA, stepA] as const),
            ...([b, fromB + at * stepB, stepB, out, start + at, length] as const),
          ),
      });
    },
  };
}

function takeRow(row: Parameters<RowOperation>, upstream: FloatArray | undefined, pass: Pass): void {
  const [a, fromA, stepA, b, fromB, stepB, out, start, length] = row;
  if (length < MIN_NUMBERS || !isEven(stepA) || !isEven(stepB)) {
    noteChoice("entries kernel", "rows in loops");
    pass.loops(0, length);
    return;
  }
  const { a: placeA, b: placeB, out: place, upstream: placeUpstream } = PLACES;
  const [readA, readB] = [readerOf(a, fromA, stepA, placeA), readerOf(b, fromB, stepB, placeB)];
  const readUpstream =
    upstream === undefined ? () => placeUpstream : readerOf(upstream, start, 1, placeUpstream);
  forEachChunk(length, CHUNK, (first, end) => {
    const count = end - first;
    const to = writeAt(out, start + first, count, place);
    const chunk = { upstream: readUpstream(first, end), a: readA(first, end), b: readB(first, end), to };
    const isOutside = pass.kernel(chunk, 0, count) !== 0;
    settle(to, place, count, out, start + first);
    forEachOutside(
      isOutside,
      count,
      (bytes, part) => pass.kernel(chunk, bytes / BYTES, part),
      (at, part) => pass.loops(first + at, part),
    );
  });
}
