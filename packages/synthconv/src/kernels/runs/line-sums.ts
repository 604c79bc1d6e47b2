/** Sums and extremes of lines that follow each other: a call for each line would cost more than a line of a few hundred numbers. */
import { noteChoice } from "../../core/choices.js";
import { addressOf, type FloatArray, resultFloats } from "../../core/index.js";
import { RunningSum } from "../../core/sums.js";
import { readAt } from "../base/in-place.js";
import { BYTES } from "../base/memory.js";
import { type Kernel, kernelFor } from "./kernels.js";
import { CHUNK, FIRST_SUM, kernelDoubles, LONGEST_LINE, PLACES } from "./memory.js";

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 256;

/**
 * Calls `take` with each line's sum, of the bits of `sumOf`.
 *
 * @returns false where the kernel does not cover the lines; nothing is done then.
 */
export function sumsOfLines(
  data: FloatArray,
  length: number,
  take: (line: number, sum: number) => void,
): boolean {
  const kernel = kernelOf("sums of lines", data, length);
  if (kernel === undefined) return false;
  forEachPart(data, length, (at, first, lines) => {
    kernel.sumLines(at, lines, length, PLACES.sums);
    const totals = kernelDoubles();
    for (let line = 0, place = FIRST_SUM; line < lines; line++, place += 2) {
      take(first + line, new RunningSum(totals[place], totals[place + 1]).value);
    }
  });
  return true;
}

/** As `sumsOfLines`, with the largest of each, or the smallest; NaN where one is among them. */
export function extremesOfLines(
  data: FloatArray,
  length: number,
  isLargest: boolean,
  take: (line: number, value: number) => void,
): boolean {
  const kernel = kernelOf("extremes of lines", data, length);
  if (kernel === undefined) return false;
  forEachPart(data, length, (at, first, lines) => {
    kernel.extremeLines(at, lines, length, isLargest ? 1 : 0, PLACES.largest);
    const found = resultFloats();
    for (let line = 0, place = PLACES.largest / BYTES; line < lines; line++, place++) {
      take(first + line, found[place] as number);
    }
  });
  return true;
}

function kernelOf(what: string, data: FloatArray, length: number): Kernel | undefined {
  const isCovered = data.length >= MIN_NUMBERS && length > 0 && length <= LONGEST_LINE;
  const kernel = isCovered ? kernelFor(data) : undefined;
  noteChoice(what, kernel === undefined ? "loops" : "wasm");
  return kernel;
}

/** Calls `work` with the address of some lines, the first of them and how many they are: no more than there is room for results. */
function forEachPart(
  data: FloatArray,
  length: number,
  work: (at: number, first: number, lines: number) => void,
): void {
  const most = addressOf(data) === undefined ? Math.max(1, Math.floor(CHUNK / length)) : CHUNK;
  const lines = data.length / length;
  for (let first = 0; first < lines; first += most) {
    const count = Math.min(most, lines - first);
    work(readAt(data, first * length, (first + count) * length, PLACES.a), first, count);
  }
}
