/** Sums of functions of the differences of two arrays, and their gradients: what losses are. */
import { choose, type Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { RunningSum } from "../../core/sums.js";
import { codesOf } from "../base/backend.js";
import { readAt, settle, writeAt } from "../base/in-place.js";
import * as constants from "./generated/constants.js";
import { type Kernel, kernelFor } from "./kernels.js";
import { forEachChunk, PLACES } from "./memory.js";

/** Of d = a - b: d^2, |d|, or d^2/2 where |d| <= delta and delta (|d| - delta/2) beyond. */
export type DistanceName = "mse" | "l1" | "huber";

export interface PreparedDistance {
  readonly sum: (a: FloatArray, b: FloatArray) => number;
  /** The derivatives of the sum by the entries of `a`, times `scale`. */
  readonly gradient: (a: FloatArray, b: FloatArray, scale: number, out: FloatArray) => void;
}

type DistanceImplementation = Implementation<
  [name: DistanceName, delta: number, sample: FloatArray],
  PreparedDistance
>;

/** @param delta of huber. */
export function prepareDistance(name: DistanceName, delta: number, sample: FloatArray): PreparedDistance {
  return choose("distances", [wasm, reference], name, delta, sample);
}

interface Distance {
  readonly value: (d: number, delta: number) => number;
  readonly derivative: (d: number, delta: number) => number;
}

const DISTANCES: Readonly<Record<DistanceName, Distance>> = {
  mse: { value: (d) => d * d, derivative: (d) => 2 * d },
  l1: { value: Math.abs, derivative: Math.sign },
  huber: {
    value: (d, delta) => {
      const near = Math.min(Math.abs(d), delta);
      return near * (Math.abs(d) - near / 2);
    },
    derivative: (d, delta) => Math.max(-delta, Math.min(delta, d)),
  },
};

const reference: DistanceImplementation = {
  name: "reference",
  prepare: (name, delta) => {
    const { value, derivative } = DISTANCES[name];
    return {
      sum: (a, b) => {
        const total = new RunningSum();
        for (let i = 0; i < a.length; i++) total.add(value((a[i] as number) - (b[i] as number), delta));
        return total.value;
      },
      gradient: (a, b, scale, out) => {
        for (let i = 0; i < a.length; i++) {
          out[i] = scale * derivative((a[i] as number) - (b[i] as number), delta);
        }
      },
    };
  },
};

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 64;

const CODES = codesOf(constants, "distance_");

const wasm: DistanceImplementation = {
  name: "wasm",
  prepare: (name, delta, sample) => {
    const kernel = sample.length < MIN_NUMBERS ? undefined : kernelFor(sample);
    return kernel === undefined ? undefined : onKernel(kernel, CODES[name] as number, delta);
  },
};

function onKernel(kernel: Kernel, code: number, delta: number): PreparedDistance {
  const { a: placeA, b: placeB, out: place } = PLACES;
  return {
    sum: (a, b) => {
      const total = new RunningSum();
      forEachChunk(0, a.length, (start, end) => {
        const [atA, atB] = [readAt(a, start, end, placeA), readAt(b, start, end, placeB)];
        total.add(kernel.distances(code, atA, atB, end - start, delta));
      });
      return total.value;
    },
    gradient: (a, b, scale, out) => {
      forEachChunk(0, a.length, (start, end) => {
        const [atA, atB] = [readAt(a, start, end, placeA), readAt(b, start, end, placeB)];
        const to = writeAt(out, start, end - start, place);
        kernel.distanceGradient(code, atA, atB, to, end - start, delta, scale);
        settle(to, place, end - start, out, start);
      });
    },
  };
}
