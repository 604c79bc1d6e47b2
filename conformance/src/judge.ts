/**
 * How far float32 may be from float64, and whether a result is that close. The rules:
 *
 * - Entries of well-conditioned cases: 2e-6 of the largest entry of their array.
 * - Cases whose sums may cancel, or whose numbers have many magnitudes: each entry within 1e-6 of the sum of the sizes of
 *   its terms, sum |w| |x|, 2e-6 in networks of several layers. Rounding is bounded by these terms and not by what is left of them (Higham, Accuracy and
 *   Stability of Numerical Algorithms, chapter 3); an entry that cancels to nothing has no digits to compare, and one of
 *   small terms beside large ones has all of its own.
 * - Whole numbers: the rounded exact result, except where that is as close to a half as float32 may be off.
 * - NaN and infinities are the same in both.
 */
import type { Complaint, Exact, Numbers, Outputs } from "./case.js";

const OF_LARGEST = 2e-6;
// Of 1500 convolutions off Winograd's way 3 erred by more than 5e-7 of their terms and none by more than 1e-6; of 1500
// networks 2 erred by more than 1e-6 and none by more than 2e-6.
const OF_TERMS = 1e-6;
const OF_CHAINED_TERMS = 2e-6;

// Products below 2^-126 have fewer digits, each off by up to 2^-150 = 7e-46; thousands of them come together.
const UNDERFLOW = 1e-42;

// How close to a half the exact number may lie where a whole one is rounded either way. 8 bits: 4e-7 of the range;
// a level of 16 bits is 1/65535, float32 near 1 has steps of 1/256 of that, and a sum of a few has some of them.
const CLOSE_TO_HALF = { 255: 1e-4, 65535: 0.02 } as const;

/** The worst entry of each output that does not pass; none where the case passes. */
export function judge(
  outputs: Outputs,
  expected: Exact,
  terms: Exact | undefined,
  isChained = false,
): Complaint[] {
  const names = new Set([...Object.keys(outputs), ...Object.keys(expected)]);
  return [...names].flatMap((output) => {
    const [actual, exact] = [outputs[output], expected[output]];
    if (actual === undefined || exact === undefined || actual.length !== exact.length) {
      const lengths = { actual: actual?.length ?? -1, expected: exact?.length ?? -1 };
      return [{ output, index: -1, ...lengths, excess: Number.NaN }];
    }
    const worst = worstOf(actual, exact, allowanceOf(actual, exact, terms?.[output], isChained));
    return worst === undefined ? [] : [{ output, ...worst }];
  });
}

type Allowance = (index: number) => number;

function allowanceOf(
  actual: Numbers,
  exact: ArrayLike<number>,
  terms: ArrayLike<number> | undefined,
  isChained: boolean,
): Allowance {
  if (!(actual instanceof Float32Array || actual instanceof Float64Array)) {
    const top = topOf(actual);
    const close = CLOSE_TO_HALF[top];
    // As many times as the terms are larger than the range.
    return (index) => 0.5 + close * Math.max(1, (terms?.[index] ?? 0) / top);
  }
  let largest = 0;
  for (let i = 0; i < exact.length; i++) {
    const size = Math.abs(exact[i] as number);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  const ofLargest = OF_LARGEST * largest + UNDERFLOW;
  if (terms === undefined) return () => ofLargest;
  const ofTerms = isChained ? OF_CHAINED_TERMS : OF_TERMS;
  return (index) => {
    // A term that is no number may not be one of the entry: nothing passes a unit that is off.
    const size = terms[index] as number;
    return Number.isFinite(size) ? ofTerms * size + UNDERFLOW : ofLargest;
  };
}

function topOf(values: Exclude<Numbers, Float32Array | Float64Array>): 255 | 65_535 {
  return values instanceof Uint16Array ? 65_535 : 255;
}

function worstOf(
  actual: Numbers,
  exact: ArrayLike<number>,
  allowance: Allowance,
): Omit<Complaint, "output"> | undefined {
  const isFloat = actual instanceof Float32Array || actual instanceof Float64Array;
  let worst: Omit<Complaint, "output"> | undefined;
  for (let index = 0; index < exact.length; index++) {
    const [a, e] = [actual[index] as number, exact[index] as number];
    // Beyond float32 its kernels give infinity, also for a sum that is handed on in float64.
    if (a === e || (isFloat && ((Number.isNaN(a) && Number.isNaN(e)) || a === Math.fround(e)))) continue;
    const expected = isFloat ? e : Math.min(Math.max(e, 0), topOf(actual));
    const excess = Math.abs(a - expected) / allowance(index);
    if (excess <= 1) continue;
    if (worst === undefined || !(excess <= worst.excess)) worst = { index, actual: a, expected, excess };
    if (Number.isNaN(excess)) return worst;
  }
  return worst;
}
