/** The gradient of a tensor of which only runs of numbers were read, as a generator's tensors are cut from one vector. */
import { allocateZeros } from "../core/float-array.js";
import { numbersOf } from "./numbers.js";
import { Tensor } from "./tensor.js";

/**
 * Runs side by side are laid into one array. As terms of a sum each would be as large as the whole: of N numbers cut into n
 * tensors that is n N numbers to write and to add.
 */
export class GradientRuns extends Tensor {
  #low = this.size;
  #high = 0;

  constructor({ shape, dtype, size }: Tensor) {
    super({ shape, data: allocateZeros(dtype, size) });
  }

  /** @returns false, and does nothing, between the runs that lie there already: what overlaps is a sum. */
  lay(start: number, run: Tensor): boolean {
    const end = start + run.size;
    if (start < this.#high && end > this.#low) return false;
    this.#low = Math.min(this.#low, start);
    this.#high = Math.max(this.#high, end);
    this.data.set(numbersOf(run), start);
    return true;
  }
}
