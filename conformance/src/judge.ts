/** How far the outputs of a case are from float64, and whether that passes. */
import type { Exact, Numbers, Outputs } from "./case.js";

export interface Verdict {
  /** Of the float outputs: the largest difference as a share of the largest exact number; NaN where shapes differ. */
  readonly error: number;
  /** Whole numbers that are not the rounded exact one, although that is not close to a half. */
  readonly mismatches: number;
  readonly passed: boolean;
}

const MAX_ERROR = 1e-6;

// How close to a half the exact number may lie where a whole one is rounded either way. 8 bits: 4e-7 of the range;
// a level of 16 bits is 1/65535, float32 near 1 has steps of 1/256 of that, and a sum of a few has some of them.
const CLOSE_TO_HALF_8 = 1e-4;
const CLOSE_TO_HALF_16 = 0.02;

export function judge(outputs: Outputs, exact: Exact): Verdict {
  let error = 0;
  let mismatches = 0;
  const names = new Set([...Object.keys(outputs), ...Object.keys(exact)]);
  for (const name of names) {
    const actual = outputs[name];
    const expected = exact[name];
    if (actual === undefined || expected === undefined || actual.length !== expected.length) {
      error = Number.NaN;
    } else if (actual instanceof Float32Array || actual instanceof Float64Array) {
      // Math.max keeps a NaN.
      error = Math.max(error, relativeError(actual, expected));
    } else {
      mismatches += countMismatches(actual, expected);
    }
  }
  return { error, mismatches, passed: error <= MAX_ERROR && mismatches === 0 };
}

/** NaN where only one of two numbers is NaN or infinite; where both are the same of these they agree. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    if (!Number.isFinite(expected[i]) && Object.is(actual[i], expected[i])) continue;
    difference = Math.max(difference, Math.abs((actual[i] as number) - (expected[i] as number)));
    largest = Math.max(largest, Math.abs(expected[i] as number));
  }
  return difference === 0 ? 0 : difference / largest;
}

function countMismatches(
  actual: Exclude<Numbers, Float32Array | Float64Array>,
  expected: ArrayLike<number>,
): number {
  const isWide = actual instanceof Uint16Array;
  const top = isWide ? 65_535 : 255;
  const reach = 0.5 + (isWide ? CLOSE_TO_HALF_16 : CLOSE_TO_HALF_8);
  let count = 0;
  for (let i = 0; i < expected.length; i++) {
    const clamped = Math.min(Math.max(expected[i] as number, 0), top);
    if (!(Math.abs((actual[i] as number) - clamped) <= reach)) count++;
  }
  return count;
}
