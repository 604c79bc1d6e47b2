/** Where a kernel of the memory of results finds its numbers: in place where they lie there, or else copied to a region of its own. */
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import { addressOf, type FloatArray, resultFloats } from "../../core/index.js";
import { BYTES } from "./memory.js";

/** The address of entries [start, end); they are copied to `place` where they do not lie in the memory of results. */
export function readAt(data: FloatArray, start: number, end: number, place: number): number {
  const address = addressOf(data, start);
  noteChoice("kernel reads", address === undefined ? "a copy" : "in place");
  if (address !== undefined) return address;
  copyEntries(data, start, end, resultFloats(), place / BYTES);
  return place;
}

/**
 * As `readAt`, for kernels that say whether a number is beyond their domain. They look at the last vector whole: where a run does
 * not fill it, ones do, for what happens to lie behind the run must not decide who does it.
 */
export function readFilled(data: FloatArray, start: number, end: number, place: number): number {
  const rest = (end - start) % 4;
  if (rest === 0) return readAt(data, start, end, place);
  noteChoice("kernel reads", "a copy, filled up");
  const at = place / BYTES;
  copyEntries(data, start, end, resultFloats(), at);
  resultFloats().fill(1, at + end - start, at + end - start + 4 - rest);
  return place;
}

/**
 * The address to which entries from `at` on are to be written: their own, or `place`, from where `settle` copies them.
 *
 * @param run numbers that are written one after the other; kernels write the last vector of a run whole, so that behind
 *   one which is no multiple of four the numbers of others would be lost.
 */
export function writeAt(data: FloatArray, at: number, run: number, place: number): number {
  const address = run % 4 === 0 ? addressOf(data, at) : undefined;
  noteChoice("kernel writes", address === undefined ? "a copy" : "in place");
  return address ?? place;
}

/** Copies `count` numbers from where they were written to the entries from `at` on, unless they lie there. */
export function settle(written: number, place: number, count: number, data: FloatArray, at: number): void {
  if (written !== place) return;
  copyEntries(resultFloats(), place / BYTES, place / BYTES + count, data, at);
}
