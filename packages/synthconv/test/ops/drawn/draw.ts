/** Calls of operations that nobody chose. */
import { type Tensor, tensor } from "../../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../../src/core/index.js";

/** A call as PyTorch is told of it, and as it is made here. */
export interface Call {
  readonly inputs: readonly Tensor[];
  /** What the reference needs to know beside the inputs: JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  run(inputs: readonly Tensor[]): Tensor;
}

export type Calls = Readonly<Record<string, (draw: Draw) => Call>>;

export class Draw {
  readonly #random: RandomStream;

  constructor(seed: number, purpose: string) {
    this.#random = new RandomStream({ seed, purpose });
  }

  /** From `least` to `most`, both of them too. */
  whole(least: number, most: number): number {
    return least + this.#random.integer(most - least + 1);
  }

  pair(least: number, most: number): [number, number] {
    return [this.whole(least, most), this.whole(least, most)];
  }

  sides(count: number, least: number, most: number): number[] {
    return Array.from({ length: count }, () => this.whole(least, most));
  }

  pick<T>(values: readonly T[]): T {
    return values[this.#random.integer(values.length)] as T;
  }

  chance(share: number): boolean {
    return this.#random.uniform() < share;
  }

  /** Those of the values that chance keeps, in an order of its own. */
  some<T>(values: readonly T[]): T[] {
    const kept = values.filter(() => this.chance(0.5));
    return kept
      .map((value) => ({ value, at: this.#random.uniform() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }

  /** Normal numbers times `size`. */
  normals(shape: Shape, size = 1): Tensor {
    return this.numbers(shape, () => size * this.#random.normal());
  }

  /** From 0 to 1. */
  shares(shape: Shape): Tensor {
    return this.numbers(shape, () => this.#random.uniform());
  }

  numbers(shape: Shape, next: () => number): Tensor {
    const values = Float64Array.from({ length: sizeOf(shape) }, next);
    return tensor(values, { shape, dtype: "float64", requiresGrad: true });
  }
}
