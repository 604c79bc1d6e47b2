/** Softmax of lines, its logarithm, and their gradients: the implementations, the best first, and that of whole lines. */
import { choose } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { readAt, settle, writeAt } from "../base/in-place.js";
import { type SoftmaxKernel, softmaxKernelFor } from "./kernels.js";
import { CHUNK, FIRST_SUM, kernelDoubles, LONGEST_LINE, noteDomain, PLACES } from "./memory.js";
import { columnsOnKernel } from "./softmax-columns.js";
import {
  inLoops,
  type Lines,
  type PreparedSoftmax,
  type SoftmaxImplementation,
  type SoftmaxName,
  softmaxReference,
} from "./softmax-lines.js";

export function prepareSoftmax(name: SoftmaxName, lines: Lines, sample: FloatArray): PreparedSoftmax {
  return choose("softmax of lines", [wasm, columnsOnKernel, softmaxReference], name, lines, sample);
}

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 64;

const wasm: SoftmaxImplementation = {
  name: "wasm",
  prepare: (name, { size, length, step }, sample) => {
    if (step !== 1 || size < MIN_NUMBERS || length > LONGEST_LINE) return undefined;
    const kernel = softmaxKernelFor(sample);
    return kernel === undefined ? undefined : onKernel(kernel, name, size, length);
  },
};

function onKernel(kernel: SoftmaxKernel, name: SoftmaxName, size: number, length: number): PreparedSoftmax {
  const { a: placeA, b: placeB, out: place } = PLACES;
  const isPlain = name === "softmax";
  const isOutsideOf = isPlain
    ? (a: number, to: number, lines: number): boolean => kernel.softmax(a, to, lines, length) !== 0
    : (a: number, to: number, lines: number): boolean => logSoftmaxOf(kernel, a, to, lines, length);
  const step = Math.max(1, Math.floor(CHUNK / length)) * length;
  const loopsOf = (count: number): PreparedSoftmax => inLoops(name, { size: count, length, step: 1 });
  return {
    forward: (input, output) => {
      for (let start = 0; start < size; start += step) {
        const end = Math.min(size, start + step);
        const lines = (end - start) / length;
        const to = writeAt(output, start, length, place);
        const isOutside = isOutsideOf(readAt(input, start, end, placeA), to, lines);
        noteDomain(isOutside);
        if (isOutside) loopsOf(end - start).forward(input.subarray(start, end), output.subarray(start, end));
        else settle(to, place, end - start, output, start);
      }
    },
    backward: (upstream, output, gradient) => {
      for (let start = 0; start < size; start += step) {
        const end = Math.min(size, start + step);
        const [a, b] = [readAt(upstream, start, end, placeA), readAt(output, start, end, placeB)];
        const to = writeAt(gradient, start, length, place);
        const lines = (end - start) / length;
        let isOutside = false;
        if (isPlain) kernel.softmaxGradient(a, b, to, lines, length);
        else isOutside = kernel.logSoftmaxGradient(a, b, to, lines, length) !== 0;
        noteDomain(isOutside);
        if (isOutside) {
          const part = (data: FloatArray): FloatArray => data.subarray(start, end);
          loopsOf(end - start).backward(part(upstream), part(output), part(gradient));
        } else settle(to, place, end - start, gradient, start);
      }
    },
  };
}

/** @returns whether the kernel has no digits for a line. */
function logSoftmaxOf(kernel: SoftmaxKernel, a: number, to: number, lines: number, length: number): boolean {
  const { sums } = PLACES;
  if (kernel.exponentialSums(a, to, lines, length, sums) !== 0) return true;
  const totals = kernelDoubles();
  for (let line = 0; line < lines; line++) {
    const at = FIRST_SUM + 2 * line + 1;
    totals[at] = Math.log(totals[at] as number);
  }
  kernel.subtractLogarithms(a, to, lines, length, sums);
  return false;
}
