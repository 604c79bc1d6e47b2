/**
 * Long sums that stay exact: what each addition loses is kept beside the sum (Neumaier, "Rundungsfehleranalyse einiger
 * Verfahren zur Summation endlicher Summen", 1974). Plain float64 loses 6e-10 of the sum of 36 million times 0.1.
 */
import type { FloatArray } from "./float-array.js";

/** A sum of one number after the other. */
export class RunningSum {
  #sum: number;
  #lost: number;

  /** From a sum that was begun elsewhere, with what it lost. */
  constructor(sum = 0, lost = 0) {
    this.#sum = sum;
    this.#lost = lost;
  }

  add(term: number): void {
    const next = this.#sum + term;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term) ? this.#sum - next + term : term - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return whole(this.#sum, this.#lost);
  }
}

/** As many sums as there are entries. */
export class RunningSums {
  readonly sums: Float64Array;
  /** What each sum lost. */
  readonly lost: Float64Array;

  constructor(length: number) {
    this.sums = new Float64Array(length);
    this.lost = new Float64Array(length);
  }

  add(at: number, term: number): void {
    const sum = this.sums[at] as number;
    const next = sum + term;
    const less = Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    this.lost[at] = (this.lost[at] as number) + less;
    this.sums[at] = next;
  }

  /** They cannot be added to any more. */
  values(): Float64Array {
    for (let i = 0; i < this.sums.length; i++) {
      this.sums[i] = whole(this.sums[i] as number, this.lost[i] as number);
    }
    return this.sums;
  }
}

/** What an infinite sum lost is NaN. */
function whole(sum: number, lost: number): number {
  return Number.isFinite(lost) ? sum + lost : sum;
}

// Numbers that are added plainly before what an addition loses is looked at: 16 in each of four lanes, whose additions
// do not wait for each other, so that it costs no more than a plain sum.
const BLOCK = 64;

/** The sum of the entries from `start` to before `end`. */
export function sumOf(data: FloatArray, start: number, end: number): number {
  const total = new RunningSum();
  let at = start;
  for (; at + BLOCK <= end; at += BLOCK) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = at; i < at + BLOCK; i += 4) {
      a += data[i] as number;
      b += data[i + 1] as number;
      c += data[i + 2] as number;
      d += data[i + 3] as number;
    }
    total.add(a + b + (c + d));
  }
  for (; at < end; at++) total.add(data[at] as number);
  return total.value;
}

/** The sum of the squares of the entries. */
export function sumOfSquares(data: FloatArray): number {
  const total = new RunningSum();
  for (let start = 0; start < data.length; start += BLOCK) {
    const end = Math.min(data.length, start + BLOCK);
    let part = 0;
    for (let i = start; i < end; i++) part += (data[i] as number) * (data[i] as number);
    total.add(part);
  }
  return total.value;
}
