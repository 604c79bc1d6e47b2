/** What the lines of a program read of tensors in its first step, with the numbers that they got: some of it is kept. */
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { Place } from "./diagnosis.js";
import { callerPlaces } from "./place.js";
import { Trace } from "./trace.js";

export interface NotedRead {
  readonly tensor: Tensor;
  /** The line that read it, and what called that, from the inside out. */
  readonly places: readonly Place[];
  readonly numbers: FloatArray;
}

/** The library reads most arrays too, and each look at who reads takes a stack: what it read so often is left to it. */
const MOST_LOOKS = 12;
const MOST_LOOKS_OF_ALL = 5000;
/** Numbers of larger tensors are not kept. */
const MOST_NUMBERS = 1 << 16;

export class NotingTrace extends Trace {
  readonly reads: NotedRead[] = [];
  readonly #ends: (() => void)[] = [];
  #looks = 0;
  #isInside = false;

  override created(tensor: Tensor): void {
    super.created(tensor);
    this.note(tensor);
  }

  /** Notes reads of a tensor's array until `release`. */
  note(tensor: Tensor): void {
    const { data } = tensor;
    if (data.length > MOST_NUMBERS || this.#looks >= MOST_LOOKS_OF_ALL) return;
    let looks = 0;
    const end = (): void => {
      const property = { configurable: true, enumerable: true, writable: true, value: data };
      Object.defineProperty(tensor, "data", property);
    };
    const get = (): FloatArray => {
      if (looks++ >= MOST_LOOKS) end();
      return this.#isInside ? data : this.#readBy(tensor, data);
    };
    Object.defineProperty(tensor, "data", { configurable: true, enumerable: true, get });
    this.#ends.push(end);
  }

  /** Nothing is noted from now on. */
  release(): void {
    for (const end of this.#ends) end();
  }

  #readBy(tensor: Tensor, data: FloatArray): FloatArray {
    this.#isInside = true;
    this.#looks++;
    try {
      const places = callerPlaces();
      if (places.length > 0) this.reads.push({ tensor, places, numbers: data.slice() });
      return data;
    } finally {
      this.#isInside = false;
    }
  }
}
