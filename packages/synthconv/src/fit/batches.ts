import { allocate, type FloatArray } from "../core/float-array.js";
import { RandomStream } from "../core/random.js";
import { type ColourSamples, sampleCount } from "./samples.js";

/**
 * Colours in a random order, cut into batches of one size, each contiguous and planar, so that a training step
 * reads its batch where it lies, in shared memory where threads run. Where the last batch would be short it is filled up from the first.
 */
export class ColourBatches {
  /** Colours per batch, n. */
  readonly size: number;
  /** Number of batches. */
  readonly count: number;
  readonly #input: FloatArray;
  readonly #target: FloatArray;

  /** @param seed a separate shuffle for each `name`. */
  constructor(samples: ColourSamples, options: { size: number; seed: number; name: string }) {
    const total = sampleCount(samples);
    this.size = Math.min(options.size, total);
    this.count = Math.ceil(total / this.size);
    const order = shuffledIndices(total, options.seed, options.name);
    this.#input = this.#cut(samples.input, order);
    this.#target = this.#cut(samples.target, order);
  }

  /** Views of one batch, `[3,n]` each. */
  at(index: number): { readonly input: FloatArray; readonly target: FloatArray } {
    const start = index * 3 * this.size;
    const end = start + 3 * this.size;
    return { input: this.#input.subarray(start, end), target: this.#target.subarray(start, end) };
  }

  /** `[count,3,size]` from `[3,P]`. */
  #cut(planes: Float32Array, order: Uint32Array): FloatArray {
    const { size, count } = this;
    const total = order.length;
    const cut = allocate("float32", 3 * size * count);
    let to = 0;
    for (let batch = 0; batch < count; batch++) {
      for (let channel = 0; channel < 3; channel++) {
        for (let nth = 0; nth < size; nth++) {
          cut[to++] = planes[channel * total + (order[(batch * size + nth) % total] as number)] as number;
        }
      }
    }
    return cut;
  }
}

/** Fisher and Yates' shuffle (Knuth, TAOCP 3.4.2, algorithm P) of 0 to count - 1. */
function shuffledIndices(count: number, seed: number, name: string): Uint32Array {
  const stream = new RandomStream({ seed, purpose: `shuffle:${name}` });
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = stream.integer(last + 1);
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}
