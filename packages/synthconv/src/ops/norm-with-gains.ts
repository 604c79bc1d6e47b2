/** A normalisation with its gains and offsets as one operation. */

import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import { provenance, Tensor } from "../autograd/tensor.js";
import { noteChoice } from "../core/choices.js";
import type { FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { type Shape, sizeOf } from "../core/shape.js";
import {
  areRunsCovered,
  type Groups,
  normalizationGradient,
  normalizeGroups,
  prepareNormLines,
  type RunGains,
  statisticsOf,
} from "../kernels/index.js";
import { ofPart, spreadOf } from "./affine.js";
import { add, multiply } from "./arithmetic.js";
import { sumToShape } from "./expand.js";
import { gradientInOperations, type Normalizing, normalize, scalesOf } from "./normalize.js";
import { gradientFor } from "./result.js";
import { reshape } from "./shape-ops.js";

/** Gains and offsets, and where they belong. */
export interface Gains {
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  /** Shape of a set that all samples share; a set for each has an axis of samples in front. */
  readonly own: Shape;
  /** Axes of 1 that they need behind the samples, and behind their own, to broadcast to `x`. */
  readonly between: Shape;
  readonly behind: Shape;
}

/** One for each channel, axis 1. */
export function gainsOfChannels(x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined): Gains {
  return { weight, bias, own: [x.shape[1] as number], between: [], behind: spreadOf(x) };
}

/** `normal weight + bias`, in operations. */
export function withGains(operation: string, normal: Tensor, gains: Gains): Tensor {
  const { weight, bias } = gains;
  const [gain, offset] = [
    partOf(operation, "weight", weight, normal, gains),
    partOf(operation, "bias", bias, normal, gains),
  ];
  const gained = gain === undefined ? normal : multiply(normal, gain);
  return offset === undefined ? gained : add(gained, offset);
}

function partOf(
  operation: string,
  name: string,
  value: Tensor | undefined,
  x: Tensor,
  { own, between, behind }: Gains,
): Tensor | undefined {
  return value && ofPart(`${operation} ${name}`, value, own, x.shape[0] as number, behind, between);
}

/** `(x - mean) / sqrt(variance + epsilon) weight + bias`; see `normalize`. */
export function normalizeWithGains(
  operation: string,
  x: Tensor,
  view: Groups,
  normalizing: Normalizing,
  gains: Gains,
): Tensor {
  const { weight, bias } = gains;
  const part = (value: Tensor | undefined, name: string): Tensor | undefined =>
    partOf(operation, name, value, x, gains);
  const composed = (): Tensor => withGains(operation, normalize(operation, x, view, normalizing), gains);
  const given = [weight, bias].filter((one) => one !== undefined);
  // A diagnosis follows what passes between operations, and who writes a network elsewhere reads them one by one.
  if (given.length === 0 || provenance.observer !== undefined) return composed();
  part(weight, "weight");
  part(bias, "bias");
  const fused = prepareFused(x, view, normalizing, gains);
  noteChoice("gains of a normalisation", fused?.name ?? "operations");
  if (fused === undefined) return composed();
  return record({
    operation,
    inputs: [x, ...given],
    shape: x.shape,
    data: fused.forward(),
    settings: { epsilon: normalizing.epsilon, ...normalizing.settings },
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      const { gradient, gainSums, offsetSums } = fused.backward(upstream);
      const sums = [weight && gainSums, bias && offsetSums].filter((one) => one !== undefined);
      const ofGiven = given.map((one, at) =>
        one.requiresGrad ? gradientFor(one, sums[at] as FloatArray) : undefined,
      );
      return [x.requiresGrad ? new Tensor({ shape: x.shape, data: gradient }) : undefined, ...ofGiven];
    },
    derivative: (upstream) => {
      const gain = part(weight, "weight");
      const gained = gain === undefined ? upstream : multiply(upstream, gain);
      const sumFor = (value: Tensor, to: Tensor): Tensor | undefined =>
        to.requiresGrad
          ? reshape(sumToShape(value, (part(to, "gains") as Tensor).shape), to.shape)
          : undefined;
      return [
        x.requiresGrad ? gradientInOperations(x, gained, view, normalizing.epsilon) : undefined,
        ...(weight ? [sumFor(multiply(upstream, normalize(operation, x, view, normalizing)), weight)] : []),
        ...(bias ? [sumFor(upstream, bias)] : []),
      ];
    },
  });
}

interface Fused {
  readonly name: string;
  readonly forward: () => FloatArray;
  readonly backward: (upstream: FloatArray) => {
    readonly gradient: FloatArray;
    readonly gainSums: Float64Array;
    readonly offsetSums: Float64Array;
  };
}

function prepareFused(x: Tensor, view: Groups, normalizing: Normalizing, gains: Gains): Fused | undefined {
  const { weight, bias, own, behind } = gains;
  const sizes = new Set([weight, bias].flatMap((one) => (one === undefined ? [] : [one.size])));
  const [size] = sizes;
  // One of them shared and the other one set per sample.
  if (size === undefined || sizes.size !== 1 || x.size === 0) return undefined;
  const sets = size / sizeOf(own);
  const isOfLines = view.outer === 1 && sizeOf(own) === view.inner && behind.length === 0;
  return isOfLines
    ? ofLines(x, view, normalizing, gains, sets)
    : ofChannels(x, view, normalizing, gains, size);
}

/** Every entry of a group has a gain of its own: layer normalisation. */
function ofLines(
  tensor: Tensor,
  { groups, inner: length }: Groups,
  { epsilon }: Normalizing,
  { weight, bias }: Gains,
  sets: number,
): Fused | undefined {
  if (groups % sets !== 0) return undefined;
  const { dtype, size } = tensor;
  const x = numbersOf(tensor);
  const lines = { length, sets, linesOfSet: groups / sets };
  const prepared = prepareNormLines(lines, x, weight && numbersOf(weight), bias && numbersOf(bias));
  if (prepared === undefined) return undefined;
  const statistics = new Float64Array(2 * groups);
  return {
    name: "lines",
    forward: () => {
      const out = allocateResult(dtype, size);
      prepared.forward(x, out, statistics, epsilon);
      return out;
    },
    backward: (upstream) => {
      const gradient = allocateResult(dtype, size);
      const [gainSums, offsetSums] = [new Float64Array(sets * length), new Float64Array(sets * length)];
      prepared.backward(upstream, x, gradient, statistics, gainSums, offsetSums);
      return { gradient, gainSums, offsetSums };
    },
  };
}

/** All pixels of a channel have one gain. */
function ofChannels(
  tensor: Tensor,
  view: Groups,
  { epsilon, statistics }: Normalizing,
  { weight, bias }: Gains,
  count: number,
): Fused | undefined {
  const { dtype, shape, size } = tensor;
  const x = numbersOf(tensor);
  const run = sizeOf(shape.slice(2));
  const gains: RunGains = {
    run,
    count,
    gains: weight && numbersOf(weight),
    offsets: bias && numbersOf(bias),
  };
  if (!areRunsCovered(gains, x)) return undefined;
  const { mean, variance } = statistics ?? statisticsOf(x, view);
  const scales = scalesOf(variance, epsilon);
  return {
    name: "runs",
    forward: () => {
      const out = allocateResult(dtype, size);
      normalizeGroups(x, view, mean, scales, out, gains);
      return out;
    },
    backward: (upstream) => {
      const gradient = allocateResult(dtype, size);
      const sums = { gainSums: new Float64Array(count), offsetSums: new Float64Array(count) };
      normalizationGradient(upstream, x, view, mean, scales, gradient, gains, sums);
      return { gradient, ...sums };
    },
  };
}
