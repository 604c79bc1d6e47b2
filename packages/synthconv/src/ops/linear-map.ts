/**
 * Operations that are linear in the numbers of one tensor: moves, sums, averages, resampling. The gradient of one is
 * its adjoint, which is linear too and has the operation itself as its gradient: derivatives of any order.
 */

import { numbersOf } from "../autograd/numbers.js";
import type { OperationSettings, WriteCounter } from "../autograd/recorded.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";

export interface LinearMap {
  readonly operation: string;
  readonly from: Shape;
  readonly to: Shape;
  /** The numbers of `to` from those of `from`. */
  readonly apply: (data: FloatArray) => FloatArray;
  /** The transposed map: the numbers of `from` from those of `to`. */
  readonly adjoint: (data: FloatArray) => FloatArray;
  /** See `Recording.settings`. */
  readonly settings?: OperationSettings | undefined;
  /** Of a map that reads a run of the numbers as it is: where it starts. */
  readonly runAt?: number | undefined;
}

/**
 * @param data what the map gives, where that is known already or a constant is added to it.
 * @param writes the counter of `x` where the result lies over its data.
 */
export function linearMap(
  map: LinearMap,
  x: Tensor,
  data: FloatArray = map.apply(numbersOf(x)),
  writes?: WriteCounter,
): Tensor {
  const { operation, from, to, apply, adjoint, settings, runAt } = map;
  return record({
    operation,
    inputs: [x],
    shape: to,
    data,
    settings,
    ...(writes && { writes }),
    backward: (upstream) => [new Tensor({ shape: from, data: adjoint(numbersOf(upstream)) })],
    derivative: (upstream) => [
      linearMap(
        { operation: `${operation} backward`, from: to, to: from, apply: adjoint, adjoint: apply },
        upstream,
      ),
    ],
    runAt,
  });
}
