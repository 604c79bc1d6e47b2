/** Reductions over axes. Sums accumulate in float64, whatever the dtype. */

import { numbersOf } from "../autograd/numbers.js";
import type { Tensor } from "../autograd/tensor.js";
import { ShapeError } from "../core/errors.js";
import { allocateZeros, type FloatArray, toDType } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { formatShape, sizeOf } from "../core/shape.js";
import { extremeOfRun, extremesOfLines } from "../kernels/index.js";
import { linearMap } from "./linear-map.js";
import { type ReduceOptions, reducedShapes } from "./reduced-axes.js";
import { broadcastStrides, expandTo, forEachRow, lengthOfLines, sumTo } from "./strided.js";

/**
 * The sum over the axes; the sum of no entries is 0.
 *
 * @throws {ValueError} when an axis does not exist or is given twice.
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return scaledSum("sum", x, options, false);
}

/** The mean over the axes; the mean of no entries is NaN. Throws as `sum`. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return scaledSum("mean", x, options, true);
}

function scaledSum(operation: string, x: Tensor, options: ReduceOptions, isMean: boolean): Tensor {
  const { kept, shape, settings } = reducedShapes(operation, x, options);
  const { shape: from, dtype, size } = x;
  const count = isMean ? size / sizeOf(kept) : 1;
  return linearMap(
    {
      operation,
      settings,
      from,
      to: shape,
      apply: (data) => {
        const found = sumTo(data, from, kept);
        const sums = found === data ? Float64Array.from(data) : found;
        if (isMean) for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / count;
        return toDType(sums, dtype);
      },
      adjoint: (data) => {
        const spread = allocateResult(dtype, size);
        expandTo(data, kept, from, 1 / count, spread);
        return spread;
      },
    },
    x,
  );
}

/**
 * The largest entry over the axes; NaN when one of them is NaN. Entries that share the maximum share its
 * gradient equally, as in PyTorch's `amax`.
 *
 * @throws {ShapeError} when there is no entry to choose from.
 * @throws {ValueError} when an axis does not exist or is given twice.
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return extreme("max", x, options, Math.max, -Infinity);
}

/** The smallest entry over the axes; as `max`, which see. */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  return extreme("min", x, options, Math.min, Infinity);
}

function extreme(
  operation: "max" | "min",
  x: Tensor,
  options: ReduceOptions,
  choose: (a: number, b: number) => number,
  worst: number,
): Tensor {
  const { kept, shape, settings } = reducedShapes(operation, x, options);
  const data = allocateZeros(x.dtype, sizeOf(kept)).fill(worst);
  if (x.size === 0 && data.length > 0) {
    throw new ShapeError({
      where: operation,
      expected: "at least one entry along the reduced axes",
      received: `shape ${formatShape(x.shape)}`,
      repair: `The ${operation}imum of no entries does not exist: skip empty batches.`,
    });
  }
  const strides = broadcastStrides(kept, x.shape);
  const numbers = numbersOf(x);
  const ofLines = lengthOfLines(x.shape, strides);
  const isLargest = operation === "max";
  const take = (line: number, value: number): void => {
    data[line] = value;
  };
  if (ofLines === undefined || !extremesOfLines(numbers, ofLines, isLargest, take)) {
    forEachRow(x.shape, strides, strides, (start, length, to, step) => {
      if (step === 0) {
        data[to] = choose(data[to] as number, extremeOfRun(numbers, start, start + length, isLargest));
        return;
      }
      for (let i = 0, at = to; i < length; i++, at += step) {
        data[at] = choose(data[at] as number, numbers[start + i] as number);
      }
    });
  }
  const choice = new Choice(x, data, strides);
  return linearMap(
    {
      operation,
      settings,
      from: x.shape,
      to: shape,
      apply: (values) => choice.average(values),
      adjoint: (values) => choice.share(values),
    },
    x,
    data,
  );
}

/** Those that were chosen: entry `entries[i]` is number `of[i]`, as are `counts[of[i]]` of them in all. */
interface Winners {
  readonly entries: Uint32Array;
  readonly of: Uint32Array;
  readonly counts: Float64Array;
}

/** Which entries are the chosen ones; equal ones share. */
class Choice {
  readonly #x: Tensor;
  readonly #chosen: FloatArray;
  readonly #strides: number[];
  #winners: Winners | undefined;

  constructor(x: Tensor, chosen: FloatArray, strides: number[]) {
    this.#x = x;
    this.#chosen = chosen;
    this.#strides = strides;
  }

  /** Each chosen number, from what stands in the places of its entries. */
  average(values: FloatArray): FloatArray {
    const { entries, of, counts } = this.#found();
    const out = allocateZeros(this.#x.dtype, this.#chosen.length);
    entries.forEach((entry, i) => {
      const at = of[i] as number;
      out[at] = (out[at] as number) + (values[entry] as number) / (counts[at] as number);
    });
    return out;
  }

  /** The transposed map. */
  share(values: FloatArray): FloatArray {
    const { entries, of, counts } = this.#found();
    const out = allocateZeros(this.#x.dtype, this.#x.size);
    entries.forEach((entry, i) => {
      const at = of[i] as number;
      out[entry] = (values[at] as number) / (counts[at] as number);
    });
    return out;
  }

  #found(): Winners {
    if (this.#winners !== undefined) return this.#winners;
    const chosen = this.#chosen;
    const counts = new Float64Array(chosen.length);
    // One for each chosen number, and more where equal ones share: all of them where all are equal.
    let [entries, of, count] = [new Uint32Array(chosen.length), new Uint32Array(chosen.length), 0];
    const add = (entry: number, at: number): void => {
      if (count === entries.length) [entries, of] = [twiceAsLong(entries), twiceAsLong(of)];
      entries[count] = entry;
      of[count++] = at;
      counts[at] = (counts[at] as number) + 1;
    };
    const data = numbersOf(this.#x);
    forEachRow(this.#x.shape, this.#strides, this.#strides, (start, length, to, step) => {
      if (step === 0) {
        findIn(data, start, start + length, chosen[to] as number, (entry) => add(entry, to));
        return;
      }
      for (let i = 0, at = to; i < length; i++, at += step) {
        if (Object.is((data[start + i] as number) + 0, (chosen[at] as number) + 0)) add(start + i, at);
      }
    });
    this.#winners = { entries: entries.subarray(0, count), of: of.subarray(0, count), counts };
    return this.#winners;
  }
}

function twiceAsLong(indices: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(2 * indices.length);
  longer.set(indices);
  return longer;
}

/** Calls `found` with every entry from `start` to before `end` that is this number, NaN or not. */
function findIn(
  data: FloatArray,
  start: number,
  end: number,
  wanted: number,
  found: (at: number) => void,
): void {
  const isNumber = !Number.isNaN(wanted);
  for (let at = start; at < end; at++) {
    const value = data[at] as number;
    if (isNumber ? value === wanted : Number.isNaN(value)) found(at);
  }
}
