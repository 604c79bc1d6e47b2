/** Softmax of the lines along an axis, its logarithm and their gradients, in plain loops in float64. */
import type { Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { RunningSum } from "../../core/sums.js";

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

export type SoftmaxImplementation = Implementation<
  [name: SoftmaxName, lines: Lines, sample: FloatArray],
  PreparedSoftmax
>;

export const softmaxReference: SoftmaxImplementation = {
  name: "reference",
  prepare: inLoops,
};

export function inLoops(name: SoftmaxName, lines: Lines): PreparedSoftmax {
  return name === "softmax" ? softmaxInLoops(lines) : logSoftmaxInLoops(lines);
}

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
