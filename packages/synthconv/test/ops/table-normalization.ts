/** Normalisations, dropout, attention, sums of products by letters, and images read at any places. */
import { type Tensor, zeros } from "../../src/autograd/index.js";
import { RandomStream } from "../../src/core/index.js";
import { multiply } from "../../src/ops/index.js";
import type { Table } from "./table-types.js";

const stream = (): RandomStream => new RandomStream({ seed: 3, purpose: "dropout" });

/** Inside of the image, off the middles between pixels. */
const placed = (grid: Tensor): Tensor => multiply(grid, 0.37);

export const NORMALIZATIONS: Table<
  | "layerNorm"
  | "groupNorm"
  | "instanceNorm"
  | "batchNorm"
  | "dropout"
  | "scaledDotProductAttention"
  | "einsum"
  | "gridSample"
> = {
  layerNorm: {
    samples: [
      {
        title: "the last axis",
        inputs: [[2, 3, 4], [4], [4]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 3, 4],
      },
      {
        title: "two axes, gains per sample, no offsets",
        inputs: [
          [2, 3, 4],
          [2, 3, 4],
        ],
        args: (x, w) => [x, w, undefined, { axes: 2, epsilon: 0.1 }],
        shape: [2, 3, 4],
      },
      {
        title: "one set per sample, places between",
        inputs: [
          [2, 3, 4],
          [2, 4],
          [2, 4],
        ],
        args: (x, w, b) => [x, w, b],
        shape: [2, 3, 4],
      },
      { title: "an empty batch", inputs: [[0, 4]], args: (x) => [x], shape: [0, 4] },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 4]), zeros([3])],
        error: "ShapeError",
        message:
          "layerNorm weight: expected [4] (shared by the batch) or [2,4] (one set per sample), received [3]",
      },
      {
        args: () => [zeros([4]), undefined, undefined, { axes: 2 }],
        error: "ShapeError",
        message: "layerNorm: expected at least 2 axes, received [4]",
      },
    ],
  },
  groupNorm: {
    samples: [
      {
        title: "two groups",
        inputs: [[2, 4, 2, 3], [4], [4]],
        args: (x, w, b) => [x, 2, w, b],
        shape: [2, 4, 2, 3],
      },
      {
        title: "one group, one set per sample",
        inputs: [
          [2, 3, 4],
          [2, 3],
          [2, 3],
        ],
        args: (x, w, b) => [x, 1, w, b, { epsilon: 0.01 }],
        shape: [2, 3, 4],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 4, 3]), 3],
        error: "ValueError",
        message: "groupNorm groups: expected a divisor of the 4 channels of [2,4,3], received 3",
      },
      {
        args: () => [zeros([4]), 2],
        error: "ShapeError",
        message: "groupNorm x: expected [B,C,...], channels along axis 1, received [4]",
      },
    ],
  },
  instanceNorm: {
    samples: [
      {
        title: "an image",
        inputs: [[2, 2, 3, 2], [2], [2]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 2, 3, 2],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 4, 3]), undefined, zeros([2, 3])],
        error: "ShapeError",
        message:
          "instanceNorm bias: expected [4] (shared by the batch) or [2,4] (one set per sample), received [2,3]",
      },
    ],
  },
  batchNorm: {
    samples: [
      {
        title: "an image",
        inputs: [[3, 2, 2, 2], [2], [2]],
        args: (x, w, b) => [x, w, b],
        shape: [3, 2, 2, 2],
      },
      { title: "rows", inputs: [[5, 3]], args: (x) => [x], shape: [5, 3] },
      {
        title: "gains per sample",
        inputs: [
          [3, 2, 4],
          [3, 2],
        ],
        args: (x, w) => [x, w],
        shape: [3, 2, 4],
      },
      {
        title: "given statistics",
        inputs: [[2, 3, 2], [3], [3], [3], [3]],
        domain: "positive",
        args: (x, w, b, mean, variance) => [x, w, b, { mean: mean as Tensor, variance: variance as Tensor }],
        shape: [2, 3, 2],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([1, 4])],
        error: "ShapeError",
        message:
          "batchNorm: expected more than one number per channel, received [1,4]. Its mean is the number itself. In evaluation call model.eval() first; or normalise layers, not batches.",
      },
      {
        args: () => [zeros([2, 4]), undefined, undefined, { mean: zeros([4]) }],
        error: "ValueError",
        message: "batchNorm: expected mean and variance together, or neither, received mean alone",
      },
    ],
  },
  dropout: {
    samples: [
      { title: "a third", inputs: [[4, 5]], args: (x) => [x, 0.3, stream()], shape: [4, 5] },
      { title: "none", inputs: [[3]], args: (x) => [x, 0, stream()], shape: [3] },
    ],
    badCalls: [
      {
        args: () => [zeros([2]), 1, stream()],
        error: "ValueError",
        message: "dropout rate: expected a number from 0 to below 1, received 1",
      },
    ],
  },
  scaledDotProductAttention: {
    samples: [
      {
        title: "heads",
        inputs: [
          [2, 2, 3, 4],
          [2, 2, 5, 4],
          [2, 2, 5, 2],
        ],
        args: (q, k, v) => [q, k, v],
        shape: [2, 2, 3, 2],
      },
      {
        title: "causal, with a mask and a scale",
        inputs: [
          [3, 2],
          [3, 2],
          [3, 4],
          [3, 3],
        ],
        args: (q, k, v, mask) => [q, k, v, { causal: true, scale: 0.7, mask: mask as Tensor }],
        shape: [3, 4],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([3, 2]), zeros([3, 4]), zeros([3, 2])],
        error: "ShapeError",
        message:
          "scaledDotProductAttention: expected query [...,L,E], key [...,S,E] and value [...,S,V] with one E and one S, received [3,2], [3,4], [3,2]",
      },
    ],
  },
  einsum: {
    samples: [
      {
        title: "a matrix per sample",
        inputs: [
          [2, 4, 3],
          [2, 3],
        ],
        args: (w, x) => ["boi,bi->bo", w, x],
        shape: [2, 4],
      },
      {
        title: "one tensor, summed and turned",
        inputs: [[2, 3, 4]],
        args: (x) => ["abc->ca", x],
        shape: [4, 2],
      },
      { title: "an outer product", inputs: [[2], [3]], args: (a, b) => ["i,j->ji", a, b], shape: [3, 2] },
      {
        title: "three tensors to a number",
        inputs: [[2, 3], [3, 4], [4]],
        args: (a, b, c) => ["ij,jk,k->", a, b, c],
        shape: [],
      },
      { title: "nothing shared", inputs: [[2, 3], [4]], args: (a, b) => ["ij,k->i", a, b], shape: [2] },
    ],
    badCalls: [
      {
        args: () => ["ij,jk->ik", zeros([2, 3]), zeros([4, 2])],
        error: "ShapeError",
        message: 'einsum: expected one size for j in "ij,jk->ik", received 3 and 4',
      },
      {
        args: () => ["ij->i", zeros([2])],
        error: "ShapeError",
        message: 'einsum: expected 2 axes ij of "ij->i", received [2]',
      },
      {
        args: () => ["ii->i", zeros([2, 2])],
        error: "ValueError",
        message:
          "einsum equation: expected each letter once within a tensor, received i twice in ii. Take the diagonal before.",
      },
      {
        args: () => ["...i->i", zeros([2, 2])],
        error: "ValueError",
        message:
          'einsum equation: expected letters, commas and an arrow, such as "bi,oi->bo", received "...i->i". Write a letter for each axis instead of the dots.',
      },
      {
        args: () => ["i->k", zeros([2])],
        error: "ValueError",
        message: 'einsum equation: expected letters of the tensors in the result, received k in "i->k"',
      },
      {
        args: () => ["i,j->ij", zeros([2])],
        error: "ValueError",
        message: 'einsum: expected 2 tensors for "i,j->ij", received 1',
      },
    ],
  },
  gridSample: {
    samples: [
      {
        title: "between the pixels",
        inputs: [
          [2, 3, 4, 5],
          [2, 2, 3, 2],
        ],
        args: (x, grid) => [x, placed(grid as Tensor)],
        shape: [2, 3, 2, 3],
      },
      {
        title: "outside, reflected, corners on corners",
        inputs: [
          [1, 2, 3, 4],
          [1, 3, 2, 2],
        ],
        args: (x, grid) => [
          x,
          multiply(grid as Tensor, 1.87),
          { paddingMode: "reflection", alignCorners: true },
        ],
        shape: [1, 2, 3, 2],
      },
      {
        title: "outside, the edge",
        inputs: [
          [1, 2, 3, 4],
          [1, 3, 2, 2],
        ],
        args: (x, grid) => [x, multiply(grid as Tensor, 1.31), { paddingMode: "border" }],
        shape: [1, 2, 3, 2],
      },
      {
        title: "the nearest",
        inputs: [[1, 2, 3, 4]],
        args: (x) => [x, zeros([1, 2, 2, 2], { dtype: x.dtype }), { mode: "nearest" }],
        shape: [1, 2, 2, 2],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3, 4, 4]), zeros([1, 4, 4, 2])],
        error: "ShapeError",
        message:
          "gridSample: expected an image [B,C,H,W] of at least one pixel and a grid [B,H',W',2] of as many samples, received [2,3,4,4] and [1,4,4,2]",
      },
      {
        args: () => [zeros([2, 3, 4, 4]), zeros([2, 4, 2])],
        error: "ShapeError",
        message:
          "gridSample grid: expected 4 axes [B,H,W,2], received [2,4,2]. Its last axis holds x and y, from -1 to 1.",
      },
    ],
  },
};
