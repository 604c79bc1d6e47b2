import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import type { FloatArray } from "../core/float-array.js";
import { BELOW_ONE } from "../core/kinds.js";
import { RANDOM, type RandomStream } from "../core/random.js";
import { allocateResult } from "../core/results.js";
import { linearMap } from "./linear-map.js";

/**
 * Each entry is 0 with the probability `rate`, and divided by `1 - rate` otherwise, so that the mean stays (Srivastava et
 * al., JMLR 2014). Which ones depends on the stream alone: one that is made of seed, step and purpose gives the same again.
 *
 * @throws {ValueError} when the rate is not from 0 to below 1.
 */
export function dropout(x: Tensor, rate: number, random: RandomStream): Tensor {
  check("dropout", "x", x, TENSOR);
  check("dropout", "rate", rate, BELOW_ONE);
  check("dropout", "random", random, RANDOM);
  const factors = Float64Array.from({ length: x.size }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
  const apply = (data: FloatArray): FloatArray => {
    const out = allocateResult(x.dtype, x.size);
    for (let i = 0; i < out.length; i++) {
      const factor = factors[i] as number;
      // What is dropped takes no part, not even where it is infinite.
      out[i] = factor === 0 ? 0 : factor * (data[i] as number);
    }
    return out;
  };
  return linearMap({ operation: "dropout", from: x.shape, to: x.shape, apply, adjoint: apply }, x);
}
