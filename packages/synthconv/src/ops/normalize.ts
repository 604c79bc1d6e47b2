/** Entries less their mean, divided by their standard deviation, group by group: what all normalisations share. */

import type { OperationSettings } from "../autograd/recorded.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { RunningSum } from "../core/sums.js";
import { add, multiply, subtract } from "./arithmetic.js";
import { square } from "./elementwise.js";
import { pow } from "./pow.js";
import { mean } from "./reduce.js";
import { reshape } from "./shape-ops.js";

/** A tensor seen as [outer, groups, inner]: the entries of a group are those of all `outer` and `inner`. */
export interface Groups {
  readonly outer: number;
  readonly groups: number;
  readonly inner: number;
}

/** Of each group; the variance is the mean squared distance from the mean. */
export interface Statistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

interface Normalizing {
  /** Added to the variance. */
  readonly epsilon: number;
  /** What is recorded beside it: which entries are a group, in the operation's own words. */
  readonly settings: OperationSettings;
  /** Of the groups, where they are known. */
  readonly statistics?: Statistics | undefined;
}

export function statisticsOf(data: FloatArray, view: Groups): Statistics {
  const found = { mean: new Float64Array(view.groups), variance: new Float64Array(view.groups) };
  const count = view.outer * view.inner;
  for (let group = 0; group < view.groups; group++) {
    const sum = new RunningSum();
    forEachRun(view, group, (start, end) => {
      let part = 0;
      for (let i = start; i < end; i++) part += data[i] as number;
      sum.add(part);
    });
    const centre = sum.value / count;
    const squares = new RunningSum();
    forEachRun(view, group, (start, end) => {
      let part = 0;
      for (let i = start; i < end; i++) part += ((data[i] as number) - centre) ** 2;
      squares.add(part);
    });
    found.mean[group] = centre;
    found.variance[group] = squares.value / count;
  }
  return found;
}

/** `(x - mean) / sqrt(variance + epsilon)` with the statistics of `x` itself. */
export function normalize(
  operation: string,
  x: Tensor,
  view: Groups,
  { epsilon, settings, statistics = statisticsOf(x.data, view) }: Normalizing,
): Tensor {
  const { mean: means, variance } = statistics;
  const { shape, dtype, data: input } = x;
  const scales = variance.map((value) => 1 / Math.sqrt(value + epsilon));
  const count = view.outer * view.inner;
  const data = allocate(dtype, x.size);
  for (let group = 0; group < view.groups; group++) {
    const [centre, scale] = [means[group] as number, scales[group] as number];
    forEachRun(view, group, (start, end) => {
      for (let i = start; i < end; i++) data[i] = ((input[i] as number) - centre) * scale;
    });
  }
  return record({
    operation,
    inputs: [x],
    shape,
    data,
    settings: { epsilon, ...settings },
    backward: ({ data: upstream }) => {
      const gradient = allocate(dtype, x.size);
      for (let group = 0; group < view.groups; group++) {
        const [centre, scale] = [means[group] as number, scales[group] as number];
        const [sum, along] = [new RunningSum(), new RunningSum()];
        forEachRun(view, group, (start, end) => {
          let [part, partAlong] = [0, 0];
          for (let i = start; i < end; i++) {
            part += upstream[i] as number;
            partAlong += (upstream[i] as number) * ((input[i] as number) - centre) * scale;
          }
          sum.add(part);
          along.add(partAlong);
        });
        const [average, slope] = [sum.value / count, along.value / count];
        forEachRun(view, group, (start, end) => {
          for (let i = start; i < end; i++) {
            const normal = ((input[i] as number) - centre) * scale;
            gradient[i] = scale * ((upstream[i] as number) - average - normal * slope);
          }
        });
      }
      return [new Tensor({ shape, data: gradient })];
    },
    derivative: (upstream) => [gradientInOperations(x, upstream, view, epsilon)],
  });
}

function gradientInOperations(x: Tensor, upstream: Tensor, view: Groups, epsilon: number): Tensor {
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

/** Calls `run` with the first index, and the one after the last, of every run of entries of a group. */
function forEachRun(
  { outer, groups, inner }: Groups,
  group: number,
  run: (start: number, end: number) => void,
): void {
  for (let o = 0; o < outer; o++) {
    const start = (o * groups + group) * inner;
    run(start, start + inner);
  }
}
