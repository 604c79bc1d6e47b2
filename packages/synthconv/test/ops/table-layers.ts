/** Matrix products and pooling. */
import { zeros } from "../../src/autograd/index.js";
import type { Table } from "./table-types.js";

const otherDType = (name: string, shape: string): string =>
  `${name}: expected inputs of one dtype (float32, as the first), received float64 for tensor ${shape}. Convert it: cast(x, "float32").`;

export const LAYERS: Table<"matmul" | "linear" | "averagePool2d" | "globalAveragePool"> = {
  matmul: {
    samples: [
      {
        title: "matrices",
        inputs: [
          [2, 3],
          [3, 4],
        ],
        args: (a, b) => [a, b],
        shape: [2, 4],
      },
      {
        title: "a batch",
        inputs: [
          [5, 2, 3],
          [5, 3, 4],
        ],
        args: (a, b) => [a, b],
        shape: [5, 2, 4],
      },
      {
        title: "a batch and one matrix",
        inputs: [
          [3, 2, 3],
          [3, 4],
        ],
        args: (a, b) => [a, b],
        shape: [3, 2, 4],
      },
      {
        title: "batch axes that broadcast",
        inputs: [
          [2, 1, 2, 3],
          [4, 3, 2],
        ],
        args: (a, b) => [a, b],
        shape: [2, 4, 2, 2],
      },
      { title: "the square of a matrix", inputs: [[3, 3]], args: (a) => [a, a], shape: [3, 3] },
      {
        title: "an empty batch",
        inputs: [
          [0, 2, 3],
          [3, 4],
        ],
        args: (a, b) => [a, b],
        shape: [0, 2, 4],
      },
      {
        title: "sums of nothing",
        inputs: [
          [2, 0],
          [0, 4],
        ],
        args: (a, b) => [a, b],
        shape: [2, 4],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3]), zeros([4, 3])],
        error: "ShapeError",
        message:
          "matmul: expected [...,M,K] and [...,K,N] with one K, received [2,3] and [4,3] (K is 3 and 4). Transpose one of them, or use linear(x, weight) for weights [O,I].",
      },
      {
        args: () => [zeros([3]), zeros([3, 4])],
        error: "ShapeError",
        message:
          "matmul: expected matrices: at least 2 axes each, received [3] and [3,4]. Reshape a vector to [1,n] or [n,1]; for weights [O,I] use linear(x, weight).",
      },
      {
        args: () => [zeros([2, 2, 3]), zeros([3, 3, 2])],
        error: "ShapeError",
        message:
          "matmul batch axes: expected shapes that broadcast (aligned at the last axis, equal or 1), received [2] and [3]. Axis -1 is 2 against 3: reshape one of them.",
      },
      {
        args: () => [zeros([2, 3]), zeros([3, 2], { dtype: "float64" })],
        error: "ValueError",
        message: otherDType("matmul", "[3,2]"),
      },
    ],
  },
  linear: {
    samples: [
      { title: "a batch", inputs: [[4, 3], [5, 3], [5]], args: (x, w, b) => [x, w, b], shape: [4, 5] },
      {
        title: "no bias",
        inputs: [
          [4, 3],
          [5, 3],
        ],
        args: (x, w) => [x, w],
        shape: [4, 5],
      },
      {
        title: "one sample without a batch axis",
        inputs: [[3], [5, 3], [5]],
        args: (x, w, b) => [x, w, b],
        shape: [5],
      },
      {
        title: "two batch axes",
        inputs: [[2, 4, 3], [5, 3], [5]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 4, 5],
      },
      { title: "an empty batch", inputs: [[0, 3], [5, 3], [5]], args: (x, w, b) => [x, w, b], shape: [0, 5] },
      {
        title: "one set per sample",
        inputs: [
          [2, 3],
          [2, 5, 3],
          [2, 5],
        ],
        args: (x, w, b) => [x, w, b],
        shape: [2, 5],
      },
      {
        title: "one set per sample, axes between, bias shared",
        inputs: [[2, 4, 2, 3], [2, 5, 3], [5]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 4, 2, 5],
      },
      {
        title: "one bias per sample beside shared weights, axes between",
        inputs: [
          [2, 4, 3],
          [5, 3],
          [2, 5],
        ],
        args: (x, w, b) => [x, w, b],
        shape: [2, 4, 5],
      },
      {
        title: "one bias per sample beside shared weights",
        inputs: [
          [3, 2],
          [4, 2],
          [3, 4],
        ],
        args: (x, w, b) => [x, w, b],
        shape: [3, 4],
      },
      {
        title: "an empty condition: the bias alone",
        inputs: [[2, 0], [5, 0], [5]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 5],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([4, 3]), zeros([5, 2])],
        error: "ShapeError",
        message:
          "linear: expected x with 2 numbers along its last axis, as weight [5,2] reads, received [4,3]. Give the layer the size of its input.",
      },
      {
        args: () => [zeros([4, 3]), zeros([3, 5])],
        error: "ShapeError",
        message:
          "linear: expected x with 5 numbers along its last axis, as weight [3,5] reads, received [4,3]. The weight is [outputs,inputs]: transpose(weight) if it was stored the other way round.",
      },
      {
        args: () => [zeros([4, 3]), zeros([2, 5, 3])],
        error: "ShapeError",
        message:
          "linear weight: expected 4 sets of weights, one for each sample of x [4,3], received 2 ([2,5,3]). Write one set per sample, or drop the first axis to share one set by the batch.",
      },
      {
        args: () => [zeros([3]), zeros([2, 5, 3])],
        error: "ShapeError",
        message:
          "linear weight: expected x [B,...,3] with one set of weights per sample, received [3]. Write one set per sample, or drop the first axis to share one set by the batch.",
      },
      {
        args: () => [zeros([4, 3]), zeros([15])],
        error: "ShapeError",
        message:
          "linear weight: expected [O,I] (shared by the batch) or [B,O,I] (one set per sample), received [15]. The rank says what is shared, so neither form drops an axis of size 1.",
      },
      {
        args: () => [zeros([2, 3]), zeros([2, 5, 3]), zeros([3, 5])],
        error: "ShapeError",
        message: "linear bias: expected [5] or [2,5], one number an output of weight [2,5,3], received [3,5]",
      },
      {
        args: () => [zeros([4, 3]), zeros([5, 3]), zeros([1, 5])],
        error: "ShapeError",
        message: "linear bias: expected [5] or [4,5], one number an output of weight [5,3], received [1,5]",
      },
      {
        args: () => [zeros([4, 3]), zeros([5, 3], { dtype: "float64" })],
        error: "ValueError",
        message: otherDType("linear", "[5,3]"),
      },
    ],
  },
  averagePool2d: {
    samples: [
      {
        title: "windows side by side",
        inputs: [[2, 3, 4, 6]],
        args: (x) => [x, { kernel: 2 }],
        shape: [2, 3, 2, 3],
      },
      {
        title: "windows that overlap",
        inputs: [[1, 2, 5, 5]],
        args: (x) => [x, { kernel: [3, 2], stride: [1, 2] }],
        shape: [1, 2, 3, 2],
      },
      {
        title: "padding counts",
        inputs: [[1, 2, 4, 4]],
        args: (x) => [x, { kernel: 3, stride: 2, padding: 1 }],
        shape: [1, 2, 2, 2],
      },
      {
        title: "an empty batch",
        inputs: [[0, 2, 4, 4]],
        args: (x) => [x, { kernel: 2 }],
        shape: [0, 2, 2, 2],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([3, 4, 4]), { kernel: 2 }],
        error: "ShapeError",
        message:
          "averagePool2d x: expected 4 axes [B,C,H,W], received [3,4,4]. Add the batch axis: reshape(x, [1,3,4,4]).",
      },
      {
        args: () => [zeros([1, 1, 4, 4]), { kernel: 2, padding: 2 }],
        error: "ValueError",
        message:
          "averagePool2d padding: expected at most half the kernel [2,2], received [2,2]. More would read nothing but padding.",
      },
      {
        args: () => [zeros([1, 1, 4, 1]), { kernel: 2 }],
        error: "ShapeError",
        message:
          "averagePool2d width: expected at least 2 pixels for a kernel of 2 at dilation 1, received 1 + 2 * 0 of padding = 1. Add padding, or use a smaller kernel or dilation.",
      },
      {
        args: () => [zeros([1, 1, 4, 4]), { kernel: 0 }],
        error: "ValueError",
        message:
          "averagePool2d kernel: expected a whole number of 1 or more, or a pair [vertical, horizontal] of them, received 0",
      },
    ],
  },
  globalAveragePool: {
    samples: [
      { title: "an image", inputs: [[2, 3, 4, 5]], args: (x) => [x], shape: [2, 3] },
      { title: "an empty batch", inputs: [[0, 3, 4, 5]], args: (x) => [x], shape: [0, 3] },
    ],
    badCalls: [
      {
        args: () => [zeros([3, 4])],
        error: "ShapeError",
        message:
          "globalAveragePool x: expected 4 axes [B,C,H,W], received [3,4]. B is the batch, C channels, H height, W width.",
      },
    ],
  },
};
