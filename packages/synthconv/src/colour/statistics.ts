import { type FloatArray, NonFiniteError, RunningSum, ValueError } from "../core/index.js";

/** How large a set of errors is, all in the unit of the errors. */
export interface ErrorStatistics {
  readonly mean: number;
  /** The smallest error that at least 95 % do not exceed, to a relative 1.3e-4. */
  readonly p95: number;
  readonly max: number;
}

// A histogram over the bits of float32: the exponents from 2^-24 to 2^13 with the 12 leading bits of the
// mantissa. 600 KB hold the percentile of any number of errors to half a bin, 2^-13 = 1.3e-4 relative.
const DROPPED_BITS = 11;
const BINS_AN_OCTAVE = 4096;
const MIN_EXPONENT = 127 - 24;
const OCTAVES = 37;
const BIN_OFFSET = MIN_EXPONENT * BINS_AN_OCTAVE;
const BINS = OCTAVES * BINS_AN_OCTAVE;
const BLOCK = 1024;

/** Gathers errors block by block; memory does not grow with their number. */
export class ErrorAccumulator {
  readonly #bins = new Uint32Array(BINS);
  readonly #block = new Float32Array(BLOCK);
  readonly #bits = new Uint32Array(this.#block.buffer);
  #count = 0;
  readonly #sum = new RunningSum();
  #max = 0;

  /**
   * @param errors finite, 0 or more.
   * @throws {ValueError} for a negative error, {NonFiniteError} for NaN or Infinity; both name the position.
   */
  add(errors: FloatArray): void {
    for (let start = 0; start < errors.length; start += BLOCK) {
      const length = Math.min(BLOCK, errors.length - start);
      let sum = 0;
      for (let index = 0; index < length; index++) {
        const error = errors[start + index] as number;
        if (!(error >= 0 && error < Number.POSITIVE_INFINITY)) refuse(error, this.#count + index);
        this.#block[index] = error;
        sum += error;
        if (error > this.#max) this.#max = error;
      }
      for (let index = 0; index < length; index++) {
        const bin = ((this.#bits[index] as number) >>> DROPPED_BITS) - BIN_OFFSET;
        const inside = bin < 0 ? 0 : bin < BINS ? bin : BINS - 1;
        this.#bins[inside] = (this.#bins[inside] as number) + 1;
      }
      this.#sum.add(sum);
      this.#count += length;
    }
  }

  /** @throws {ValueError} when no error was added. */
  result(): ErrorStatistics {
    if (this.#count === 0) {
      throw new ValueError({ where: "errorStatistics", expected: "at least one error", received: "none" });
    }
    return { mean: this.#sum.value / this.#count, p95: this.#percentile(0.95), max: this.#max };
  }

  #percentile(share: number): number {
    const rank = Math.ceil(share * this.#count);
    let bin = 0;
    let reached = this.#bins[0] as number;
    while (reached < rank) reached += this.#bins[++bin] as number;
    if (bin === 0) return 0;
    if (bin === BINS - 1) return this.#max;
    const middle = ((bin + BIN_OFFSET) << DROPPED_BITS) + (1 << (DROPPED_BITS - 1));
    this.#bits[0] = middle;
    return Math.min(this.#block[0] as number, this.#max);
  }
}

function refuse(error: number, position: number): never {
  const where = `errorStatistics, error ${position}`;
  if (error < 0) throw new ValueError({ where, expected: "0 or more", received: String(error) });
  throw new NonFiniteError({ where, expected: "a finite number", received: String(error) });
}

/** Mean, 95th percentile and maximum of errors that are finite and 0 or more. */
export function errorStatistics(errors: FloatArray): ErrorStatistics {
  const accumulator = new ErrorAccumulator();
  accumulator.add(errors);
  return accumulator.result();
}
