import { describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../src/autograd/index.js";
import type { DType } from "../../src/core/index.js";
import { BatchNorm } from "../../src/nn/index.js";
import * as ops from "../../src/ops/index.js";
import { bceWithLogits, crossEntropy, ssim } from "../../src/train/index.js";
import { type FixtureTensor, type GeneralTopic, generalCases } from "../fixtures/pytorch/load.js";
import { difference } from "./support.js";

/** Options come from a file: each call reads its own. */
// biome-ignore lint/suspicious/noExplicitAny: the generator writes them, and a wrong one fails the call.
type Call = (inputs: [Tensor, Tensor, Tensor, Tensor], options: any) => Tensor;

const CALLS: Readonly<Record<GeneralTopic, Readonly<Record<string, Call>>>> = {
  selection: {
    maximum: ([a, b]) => ops.maximum(a, b),
    minimum: ([a, b]) => ops.minimum(a, b),
    pow: ([a, b]) => ops.pow(a, b),
    powWhole: ([a], { b }) => ops.pow(a, tensor(b, { dtype: a.dtype })),
    where: ([a, b], { mask }) => ops.where(ops.reshape(tensor(mask), [2, 3]), a, b),
    sin: ([a]) => ops.sin(a),
    cos: ([a]) => ops.cos(a),
    floor: ([a]) => ops.floor(a),
    ceil: ([a]) => ops.ceil(a),
    logSoftmax: ([a], { axis }) => ops.logSoftmax(a, axis),
    stack: (inputs, { axis }) => ops.stack(inputs, axis),
    split: ([a], { sizes, axis, part }) => ops.split(a, sizes, axis)[part] as Tensor,
    squeeze: ([a]) => ops.squeeze(a),
    expand: ([a], { shape }) => ops.expand(a, shape),
    flip: ([a], { axes }) => ops.flip(a, axes),
    pixelShuffle: ([a], { factor }) => ops.pixelShuffle(a, factor),
    pixelUnshuffle: ([a], { factor }) => ops.pixelUnshuffle(a, factor),
    min: ([a], options) => ops.min(a, options),
    linear: ([a, b, c]) => ops.linear(a, b, c),
    crossEntropy: ([a], { target, ...options }) => crossEntropy(a, target, options),
    crossEntropyShares: ([a, b], options) => crossEntropy(a, b, options),
    bceWithLogits: ([a, b]) => bceWithLogits(a, b),
  },
  resampling: {
    pad: ([a], { sides, mode }) => ops.pad(a, sides, { mode }),
    conv2d: ([a, b], options) => ops.conv2d(a, b, undefined, options),
    maxPool2d: ([a], options) => ops.maxPool2d(a, options),
    resize: ([a], options) => ops.resize(a, options),
    convTranspose2d: ([a, b, c], options) => ops.convTranspose2d(a, b, c, options),
    conv1d: ([a, b, c], options) => ops.conv1d(a, b, c, options),
  },
  normalization: {
    layerNorm: ([a, b, c], options) => ops.layerNorm(a, b, c, options),
    groupNorm: ([a, b, c], { groups, ...options }) => ops.groupNorm(a, groups, b, c, options),
    instanceNorm: ([a, b, c]) => ops.instanceNorm(a, b, c),
    batchNorm: ([a, b, c]) => ops.batchNorm(a, b, c),
    batchNormEvaluation: ([a], options) => evaluated(a, options),
    scaledDotProductAttention: ([a, b, c], options) => ops.scaledDotProductAttention(a, b, c, options),
    einsum: (inputs, { equation }) => ops.einsum(equation, ...inputs),
    gridSample: ([a, b], options) => ops.gridSample(a, b, options),
    ssim: ([a, b]) => ssim(a, b),
  },
  "second-derivatives": {
    penalty: (inputs, { critic }) => {
      const score = ops.sum(ops.tanh((CRITICS[critic] as Critic)(...inputs)));
      const [slope] = grad(score, inputs.slice(0, 1), { createGraph: true }) as [Tensor];
      return ops.sum(ops.square(slope));
    },
  },
};

/** Those of generator/second_derivatives.py. */
type Critic = (x: Tensor, b: Tensor, c: Tensor, d: Tensor) => Tensor;

const CRITICS: Readonly<Record<string, Critic>> = {
  convolutions: (x, w, v) => ops.conv2d(ops.silu(ops.conv2d(x, w, undefined, { padding: 1, stride: 2 })), v),
  generator: (x, w, v) => {
    const large = ops.gelu(ops.resize(x, { size: 4, mode: "bicubic" }));
    return ops.multiply(ops.convTranspose2d(large, w, undefined, { stride: 2 }), v);
  },
  norms: (x, g, b, w) => ops.linear(ops.layerNorm(ops.reshape(ops.groupNorm(x, 2, g, b), [2, 12])), w),
  attention: (q, k, v) => ops.scaledDotProductAttention(q, k, v, { scale: 1 }),
  classes: (x, w) =>
    ops.multiply(ops.logSoftmax(ops.matmul(ops.softplus(x), w)), ops.sigmoid(ops.matmul(x, w))),
};

/** The layer after some batches, in evaluation. */
function evaluated(x: Tensor, options: { batches: number[][]; mean: number[]; variance: number[] }): Tensor {
  const norm = new BatchNorm(2).to(x.dtype).initialize({ seed: 1 });
  for (const batch of options.batches)
    norm.forward(ops.reshape(tensor(batch, { dtype: x.dtype }), [4, 2, 3]));
  expect(difference(norm.runningMean, options.mean)).toBeLessThanOrEqual(TOLERANCE[x.dtype]);
  expect(difference(norm.runningVariance, options.variance)).toBeLessThanOrEqual(TOLERANCE[x.dtype]);
  return norm.eval().forward(x);
}

/** Fixtures hold ten digits. */
const TOLERANCE: Readonly<Record<DType, number>> = { float32: 1e-6, float64: 1e-9 };

const FLOOR = 1e-6;

describe.each(Object.keys(CALLS) as GeneralTopic[])("PyTorch's %s", (topic) => {
  const given = generalCases(topic);

  it("is the whole of what is called here", () => {
    expect(new Set(given.map(({ op }) => op))).toEqual(new Set(Object.keys(CALLS[topic])));
  });

  it.each(given)("$name", ({ op, options, inputs, output: expected, upstream, gradients }) => {
    const names = Object.keys(inputs);
    for (const dtype of ["float64", "float32"] as const) {
      const read = ({ shape, data }: FixtureTensor, requiresGrad: boolean): Tensor =>
        tensor(data, { shape, dtype, requiresGrad });
      const leaves = names.map((name) => read(inputs[name] as FixtureTensor, true));
      const output = (CALLS[topic][op] as Call)(leaves as [Tensor, Tensor, Tensor, Tensor], options);
      expect(output.shape).toEqual(expected.shape);
      expect(difference(output, expected.data, FLOOR), `${dtype} output`).toBeLessThanOrEqual(
        TOLERANCE[dtype],
      );
      const found = grad(output, leaves, { seed: read(upstream, false) });
      names.forEach((name, index) => {
        const error = difference(found[index] as Tensor, (gradients[name] as FixtureTensor).data, FLOOR);
        expect(error, `${dtype} gradient of ${name}`).toBeLessThanOrEqual(TOLERANCE[dtype]);
      });
    }
  });
});
