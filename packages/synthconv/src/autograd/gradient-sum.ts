/** The sum of the gradients that arrive at one tensor, however many there are. */
import { allocateUnset, type FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { numbersOf } from "./numbers.js";
import { Tensor } from "./tensor.js";

/**
 * Two gradients add in their own element type, which rounds once. From the third on the sum is wider than its terms,
 * so that 100,000 of them are as exact as two: float64 for float32, and for float64 with what each addition lost
 * beside it (Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974).
 */
export class GradientSum {
  #terms = 0;
  #total: Tensor;
  #wide: Float64Array | undefined;
  #lost: Float64Array | undefined;

  /** @param first is never written to: an operation may have passed it on to several inputs. */
  constructor(first: Tensor) {
    this.#total = first;
    this.#terms = 1;
  }

  add(term: Tensor): void {
    this.#terms++;
    if (this.#terms === 2) {
      this.#total = sumOfTwo(this.#total, term);
      return;
    }
    this.#wide ??= Float64Array.from(numbersOf(this.#total));
    if (term.dtype === "float32") {
      addTo(this.#wide, numbersOf(term));
    } else {
      this.#lost ??= new Float64Array(term.size);
      addKeeping(this.#wide, this.#lost, numbersOf(term));
    }
  }

  /** Whether these are the numbers of the total still: whoever holds it may have scaled them. */
  gives(data: FloatArray): boolean {
    if (this.#wide === undefined) return data === this.#total.data;
    const { data: total } = this.total();
    return data.every((value, index) => Object.is(value, total[index]));
  }

  /** A tensor of its own, unless there was one term. */
  total(): Tensor {
    const [wide, lost] = [this.#wide, this.#lost];
    if (wide === undefined) return this.#total;
    const { shape, dtype } = this.#total;
    const data = allocateUnset(dtype, wide.length);
    data.set(wide);
    if (lost !== undefined) addFinite(data, lost);
    return new Tensor({ shape, data });
  }
}

function sumOfTwo(a: Tensor, b: Tensor): Tensor {
  const data = allocateResult(a.dtype, a.size);
  const [first, second] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < data.length; i++) data[i] = (first[i] as number) + (second[i] as number);
  return new Tensor({ shape: a.shape, data });
}

function addTo(sums: Float64Array, terms: FloatArray): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (terms[i] as number);
}

function addKeeping(sums: Float64Array, lost: Float64Array, terms: FloatArray): void {
  for (let i = 0; i < sums.length; i++) {
    const sum = sums[i] as number;
    const term = terms[i] as number;
    const next = sum + term;
    const less = Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    lost[i] = (lost[i] as number) + less;
    sums[i] = next;
  }
}

/** What an addition lost is NaN where the sum is infinite. */
function addFinite(sums: FloatArray, lost: Float64Array): void {
  for (let i = 0; i < sums.length; i++) {
    if (Number.isFinite(lost[i])) sums[i] = (sums[i] as number) + (lost[i] as number);
  }
}
