/** Sums and extremes of runs of numbers. */
import { noteChoice } from "../../core/choices.js";
import { addressOf, type FloatArray } from "../../core/index.js";
import { RunningSum, sumOf, sumOfSquares } from "../../core/sums.js";
import { readAt } from "../base/in-place.js";
import { kernelFor } from "./kernels.js";
import { CHUNK, FIRST_SUM, forEachChunk, kernelDoubles, PLACES } from "./memory.js";

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 256;

/** Numbers whose sum the kernel adds without looking at what an addition loses, as `sumOf` does. */
const BLOCK = 64;

/** Numbers at once where chunks do not decide about bits: all of those that are read in place. */
function chunkOf(data: FloatArray): number {
  return addressOf(data) === undefined ? CHUNK : Infinity;
}

/** The sum of the entries from `start` to before `end`, with what additions lose: the bits of `sumOf`. */
export function sumOfRun(data: FloatArray, start: number, end: number): number {
  const kernel = end - start < MIN_NUMBERS ? undefined : kernelFor(data);
  noteChoice("sum of a run", kernel === undefined ? "loops" : "wasm");
  if (kernel === undefined) return sumOf(data, start, end);
  const doubles = kernelDoubles();
  doubles.fill(0, FIRST_SUM, FIRST_SUM + 2);
  const inBlocks = end - ((end - start) % BLOCK);
  forEachChunk(
    start,
    inBlocks,
    (first, last) =>
      kernel.addBlocks(readAt(data, first, last, PLACES.a), (last - first) / BLOCK, PLACES.sums),
    chunkOf(data),
  );
  const total = new RunningSum(doubles[FIRST_SUM], doubles[FIRST_SUM + 1]);
  for (let at = inBlocks; at < end; at++) total.add(data[at] as number);
  return total.value;
}

/** The sum of the squares of the entries. */
export function sumOfSquaresOf(data: FloatArray): number {
  const kernel = data.length < MIN_NUMBERS ? undefined : kernelFor(data);
  noteChoice("sum of a run", kernel === undefined ? "loops" : "wasm");
  if (kernel === undefined) return sumOfSquares(data);
  const total = new RunningSum();
  forEachChunk(0, data.length, (start, end) => {
    total.add(kernel.squaredDistances(readAt(data, start, end, PLACES.a), end - start, 0));
  });
  return total.value;
}

/** The largest of the entries from `start` to before `end`, or the smallest; NaN where one is among them. */
export function extremeOfRun(data: FloatArray, start: number, end: number, isLargest: boolean): number {
  const kernel = end - start < MIN_NUMBERS ? undefined : kernelFor(data);
  noteChoice("extreme of a run", kernel === undefined ? "loops" : "wasm");
  const choose = isLargest ? Math.max : Math.min;
  let best = isLargest ? -Infinity : Infinity;
  if (kernel === undefined) {
    for (let i = start; i < end; i++) best = choose(best, data[i] as number);
    return best;
  }
  forEachChunk(
    start,
    end,
    (first, last) => {
      best = choose(
        best,
        kernel.extreme(readAt(data, first, last, PLACES.a), last - first, isLargest ? 1 : 0),
      );
    },
    chunkOf(data),
  );
  return best;
}
