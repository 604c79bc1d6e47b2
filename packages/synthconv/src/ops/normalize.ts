/** Entries less their mean, divided by their standard deviation, group by group: what all normalisations share. */

import { numbersOf } from "../autograd/numbers.js";
import type { OperationSettings } from "../autograd/recorded.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { allocateResult } from "../core/results.js";
import {
  type Groups,
  normalizationGradient,
  normalizeGroups,
  type Statistics,
  statisticsOf,
} from "../kernels/index.js";
import { add, multiply, subtract } from "./arithmetic.js";
import { square } from "./elementwise.js";
import { pow } from "./pow.js";
import { mean } from "./reduce.js";
import { reshape } from "./shape-ops.js";

export { type Groups, type Statistics, statisticsOf } from "../kernels/index.js";

export interface Normalizing {
  /** Added to the variance. */
  readonly epsilon: number;
  /** What is recorded beside it: which entries are a group, in the operation's own words. */
  readonly settings: OperationSettings;
  /** Of the groups, where they are known. */
  readonly statistics?: Statistics | undefined;
}

/** `(x - mean) / sqrt(variance + epsilon)` with the statistics of `x` itself. */
export function normalize(
  operation: string,
  x: Tensor,
  view: Groups,
  { epsilon, settings, statistics = statisticsOf(numbersOf(x), view) }: Normalizing,
): Tensor {
  const { mean: means, variance } = statistics;
  const { shape, dtype } = x;
  const input = numbersOf(x);
  const scales = scalesOf(variance, epsilon);
  const data = allocateResult(dtype, x.size);
  normalizeGroups(input, view, means, scales, data);
  return record({
    operation,
    inputs: [x],
    shape,
    data,
    settings: { epsilon, ...settings },
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      const gradient = allocateResult(dtype, x.size);
      normalizationGradient(upstream, input, view, means, scales, gradient);
      return [new Tensor({ shape, data: gradient })];
    },
    derivative: (upstream) => [gradientInOperations(x, upstream, view, epsilon)],
  });
}

export function scalesOf(variance: Float64Array, epsilon: number): Float64Array {
  return variance.map((value) => 1 / Math.sqrt(value + epsilon));
}

/** The gradient of the entries, on the tape. */
export function gradientInOperations(x: Tensor, upstream: Tensor, view: Groups, epsilon: number): Tensor {
  const seen = [view.outer, view.groups, view.inner];
  const average = (value: Tensor): Tensor => mean(value, { axes: [0, 2], keepDims: true });
  const entries = reshape(x, seen);
  const centred = subtract(entries, average(entries));
  const scale = pow(add(average(square(centred)), epsilon), -0.5);
  const normal = multiply(centred, scale);
  const given = reshape(upstream, seen);
  const along = multiply(normal, average(multiply(given, normal)));
  return reshape(multiply(scale, subtract(subtract(given, average(given)), along)), x.shape);
}
