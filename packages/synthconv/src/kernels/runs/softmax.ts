/** Softmax of lines, its logarithm, and their gradients. */
import { choose, type Implementation, noteChoice } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { RunningSum } from "../../core/sums.js";
import {
  CHUNK,
  FIRST_SUM,
  type Kernel,
  kernelDoubles,
  kernelFor,
  LONGEST_LINE,
  load,
  PLACES,
  unload,
} from "./memory.js";

/** The lines along an axis of an array. */
export interface Lines {
  readonly size: number;
  readonly length: number;
  /** From an entry of a line to the next. */
  readonly step: number;
}

export type SoftmaxName = "softmax" | "logSoftmax";

export interface PreparedSoftmax {
  readonly forward: (input: FloatArray, output: FloatArray) => void;
  readonly backward: (upstream: FloatArray, output: FloatArray, gradient: FloatArray) => void;
}

type SoftmaxImplementation = Implementation<
  [name: SoftmaxName, lines: Lines, sample: FloatArray],
  PreparedSoftmax
>;

export function prepareSoftmax(name: SoftmaxName, lines: Lines, sample: FloatArray): PreparedSoftmax {
  return choose("softmax of lines", [wasm, reference], name, lines, sample);
}

const reference: SoftmaxImplementation = {
  name: "reference",
  prepare: (name, lines) => (name === "softmax" ? softmaxInLoops(lines) : logSoftmaxInLoops(lines)),
};

function softmaxInLoops(lines: Lines): PreparedSoftmax {
  const { step } = lines;
  return {
    forward: (input, output) => {
      forEachLine(lines, (start, end) => {
        const largest = largestOf(input, start, end, step);
        const total = exponentialsOf(input, largest, start, end, step);
        for (let i = start; i < end; i += step) output[i] = Math.exp((input[i] as number) - largest) / total;
      });
    },
    backward: (upstream, output, gradient) => {
      forEachLine(lines, (start, end) => {
        const running = new RunningSum();
        for (let i = start; i < end; i += step) running.add((upstream[i] as number) * (output[i] as number));
        const dot = running.value;
        for (let i = start; i < end; i += step) {
          gradient[i] = (output[i] as number) * ((upstream[i] as number) - dot);
        }
      });
    },
  };
}

function logSoftmaxInLoops(lines: Lines): PreparedSoftmax {
  const { step } = lines;
  return {
    forward: (input, output) => {
      forEachLine(lines, (start, end) => {
        const largest = largestOf(input, start, end, step);
        const total = Math.log(exponentialsOf(input, largest, start, end, step));
        for (let i = start; i < end; i += step) output[i] = (input[i] as number) - largest - total;
      });
    },
    backward: (upstream, output, gradient) => {
      forEachLine(lines, (start, end) => {
        const running = new RunningSum();
        for (let i = start; i < end; i += step) running.add(upstream[i] as number);
        const total = running.value;
        for (let i = start; i < end; i += step) {
          gradient[i] = (upstream[i] as number) - Math.exp(output[i] as number) * total;
        }
      });
    },
  };
}

/** Calls `line` with the first index, and the one after the last, of every line. */
function forEachLine({ size, length, step }: Lines, line: (start: number, end: number) => void): void {
  const block = length * step;
  for (let outer = 0; outer < size; outer += block) {
    for (let start = outer; start < outer + step; start++) line(start, start + block);
  }
}

function largestOf(values: FloatArray, start: number, end: number, step: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i += step) largest = Math.max(largest, values[i] as number);
  return largest;
}

/** The sum of `e^(value - largest)` over a line. */
function exponentialsOf(
  values: FloatArray,
  largest: number,
  start: number,
  end: number,
  step: number,
): number {
  const running = new RunningSum();
  for (let i = start; i < end; i += step) running.add(Math.exp((values[i] as number) - largest));
  return running.value;
}

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 64;

const wasm: SoftmaxImplementation = {
  name: "wasm",
  prepare: (name, { size, length, step }, sample) => {
    if (step !== 1 || size < MIN_NUMBERS || length > LONGEST_LINE) return undefined;
    const kernel = kernelFor(sample);
    return kernel === undefined ? undefined : onKernel(kernel, name, size, length);
  },
};

function onKernel(kernel: Kernel, name: SoftmaxName, size: number, length: number): PreparedSoftmax {
  const { a, b, out } = PLACES;
  const isPlain = name === "softmax";
  const isOutsideOf = isPlain
    ? (lines: number): boolean => kernel.softmax(a, out, lines, length) !== 0
    : (lines: number): boolean => logSoftmaxOf(kernel, lines, length);
  const step = Math.max(1, Math.floor(CHUNK / length)) * length;
  const inLoops = (count: number): PreparedSoftmax => {
    const lines = { size: count, length, step: 1 };
    return isPlain ? softmaxInLoops(lines) : logSoftmaxInLoops(lines);
  };
  return {
    forward: (input, output) => {
      for (let start = 0; start < size; start += step) {
        const end = Math.min(size, start + step);
        load(input, start, end, a);
        const lines = (end - start) / length;
        const isOutside = isOutsideOf(lines);
        noteDomain(isOutside);
        if (isOutside) inLoops(end - start).forward(input.subarray(start, end), output.subarray(start, end));
        else unload(end - start, output, start);
      }
    },
    backward: (upstream, output, gradient) => {
      for (let start = 0; start < size; start += step) {
        const end = Math.min(size, start + step);
        load(upstream, start, end, a);
        load(output, start, end, b);
        const lines = (end - start) / length;
        let isOutside = false;
        if (isPlain) kernel.softmaxGradient(a, b, out, lines, length);
        else isOutside = kernel.logSoftmaxGradient(a, b, out, lines, length) !== 0;
        noteDomain(isOutside);
        if (isOutside) {
          const part = (data: FloatArray): FloatArray => data.subarray(start, end);
          inLoops(end - start).backward(part(upstream), part(output), part(gradient));
        } else unload(end - start, gradient, start);
      }
    },
  };
}

/** @returns whether the kernel has no digits for a line. */
function logSoftmaxOf(kernel: Kernel, lines: number, length: number): boolean {
  const { a, out, sums } = PLACES;
  if (kernel.exponentialSums(a, out, lines, length, sums) !== 0) return true;
  const totals = kernelDoubles();
  for (let line = 0; line < lines; line++) {
    const at = FIRST_SUM + 2 * line + 1;
    totals[at] = Math.log(totals[at] as number);
  }
  kernel.subtractLogarithms(a, out, lines, length, sums);
  return false;
}

function noteDomain(isOutside: boolean): void {
  noteChoice("softmax kernel", isOutside ? "numbers beyond its domain" : "numbers of its domain");
}
