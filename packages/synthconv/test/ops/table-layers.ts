/** Matrix products, convolution and pooling. */
import { zeros } from "../../src/autograd/index.js";
import type { Table } from "./table-types.js";

const otherDType = (name: string, shape: string): string =>
  `${name}: expected inputs of one dtype (float32, as the first), received float64 for tensor ${shape}. Convert it: cast(x, "float32").`;

export const LAYERS: Table<"matmul" | "linear" | "conv2d" | "averagePool2d" | "globalAveragePool"> = {
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
          "linear weight: expected 2 axes [O,I], received [2,5,3]. A linear layer's weight is a matrix of outputs by inputs.",
      },
      {
        args: () => [zeros([4, 3]), zeros([5, 3]), zeros([1, 5])],
        error: "ShapeError",
        message: "linear bias: expected [5], one number an output of weight [5,3], received [1,5]",
      },
      {
        args: () => [zeros([4, 3]), zeros([5, 3], { dtype: "float64" })],
        error: "ValueError",
        message: otherDType("linear", "[5,3]"),
      },
    ],
  },
  conv2d: {
    samples: [
      {
        title: "1x1, shared",
        inputs: [[2, 3, 4, 5], [6, 3, 1, 1], [6]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 6, 4, 5],
      },
      {
        title: "1x1, one set a sample",
        inputs: [
          [2, 3, 4, 3],
          [2, 5, 3, 1, 1],
          [2, 5],
        ],
        args: (x, w, b) => [x, w, b],
        shape: [2, 5, 4, 3],
      },
      {
        title: "weights of a sample, bias shared",
        inputs: [[2, 3, 2, 2], [2, 4, 3, 1, 1], [4]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 4, 2, 2],
      },
      {
        title: "bias of a sample, weights shared",
        inputs: [
          [2, 3, 2, 2],
          [4, 3, 1, 1],
          [2, 4],
        ],
        args: (x, w, b) => [x, w, b],
        shape: [2, 4, 2, 2],
      },
      {
        title: "3x3 with padding",
        inputs: [
          [1, 2, 4, 5],
          [3, 2, 3, 3],
        ],
        args: (x, w) => [x, w, undefined, { padding: 1 }],
        shape: [1, 3, 4, 5],
      },
      {
        title: "stride over a remainder",
        inputs: [
          [1, 2, 6, 7],
          [2, 2, 2, 3],
        ],
        args: (x, w) => [x, w, undefined, { stride: [3, 2] }],
        shape: [1, 2, 2, 3],
      },
      {
        title: "everything at once, one set a sample",
        inputs: [
          [2, 4, 7, 6],
          [2, 6, 2, 3, 2],
          [2, 6],
        ],
        args: (x, w, b) => [x, w, b, { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }],
        shape: [2, 6, 4, 8],
      },
      {
        title: "depthwise",
        inputs: [[2, 3, 4, 4], [3, 1, 3, 3], [3]],
        args: (x, w, b) => [x, w, b, { groups: 3 }],
        shape: [2, 3, 2, 2],
      },
      {
        title: "1x1 with stride",
        inputs: [
          [1, 2, 5, 5],
          [2, 2, 1, 1],
        ],
        args: (x, w) => [x, w, undefined, { stride: 2 }],
        shape: [1, 2, 3, 3],
      },
      {
        title: "padding wider than the image",
        inputs: [
          [1, 1, 1, 1],
          [1, 1, 2, 2],
        ],
        args: (x, w) => [x, w, undefined, { padding: 3, dilation: 4 }],
        shape: [1, 1, 3, 3],
      },
      {
        title: "an empty batch",
        inputs: [[0, 3, 4, 4], [5, 3, 1, 1], [5]],
        args: (x, w, b) => [x, w, b],
        shape: [0, 5, 4, 4],
      },
      {
        title: "no pixels",
        inputs: [[2, 3, 0, 4], [5, 3, 1, 1], [5]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 5, 0, 4],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([3, 8, 8]), zeros([4, 3, 1, 1])],
        error: "ShapeError",
        message:
          "conv2d image: expected 4 axes [B,C,H,W], received [3,8,8]. Add the batch axis: reshape(image, [1,3,8,8]).",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([4, 24])],
        error: "ShapeError",
        message:
          "conv2d weight: expected [O,I/groups,kh,kw] (shared by the batch) or [B,O,I/groups,kh,kw] (one set a sample), received [4,24]. A generator's output [4,24] becomes reshape(weight, [4,O,3,kh,kw]), for which it must emit O*3*kh*kw numbers a sample.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([8, 3, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected [O,I/groups,kh,kw] (shared by the batch) or [B,O,I/groups,kh,kw] (one set a sample), received [8,3,1]. Rank tells sharing, so neither form drops an axis of size 1.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([8, 2, 1, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected 3 channels / 1 groups = 3 inputs an output channel, received 2 in [8,2,1,1]. It needs [8,3,1,1]: 8*3*1*1 = 24 numbers.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([4, 8, 1, 1, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected 3 channels / 1 groups = 3 inputs an output channel, received 1 in [4,8,1,1,1]. It needs [8,3,1,1]: 8*3*1*1 = 24 numbers a sample.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([1, 8, 3, 1, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected 4 sets of weights, one for each sample of image [4,3,8,8], received 1 ([1,8,3,1,1]). Write one set a sample, or drop the first axis to share one set by the batch.",
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 0, 1])],
        error: "ShapeError",
        message: "conv2d weight: expected a kernel of at least 1x1, received [8,3,0,1]",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([8, 3, 1, 1]), zeros([3])],
        error: "ShapeError",
        message: "conv2d bias: expected [8] (shared by the batch) or [4,8] (one set a sample), received [3]",
      },
      {
        args: () => [zeros([1, 3, 2, 8]), zeros([8, 3, 3, 3]), undefined, { dilation: 2 }],
        error: "ShapeError",
        message:
          "conv2d height: expected at least 5 pixels for a kernel of 3 at dilation 2, received 2 + 2 * 0 of padding = 2. Add padding, or use a smaller kernel or dilation.",
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 1, 1]), undefined, { groups: 2 }],
        error: "ValueError",
        message:
          "conv2d groups: expected a whole number that divides 3 input and 8 output channels, received 2",
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 1, 1]), undefined, { stride: 0 }],
        error: "ValueError",
        message:
          "conv2d stride: expected a whole number of 1 or more, or a pair [vertical, horizontal] of them, received 0",
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 1, 1]), undefined, { padding: [0, -1] }],
        error: "ValueError",
        message:
          "conv2d padding: expected a whole number of 0 or more, or a pair [vertical, horizontal] of them, received [0,-1]",
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 1, 1]), undefined, { dilation: 0.5 }],
        error: "ValueError",
        message:
          "conv2d dilation: expected a whole number of 1 or more, or a pair [vertical, horizontal] of them, received 0.5",
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 1, 1], { dtype: "float64" })],
        error: "ValueError",
        message: otherDType("conv2d", "[8,3,1,1]"),
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
          "averagePool2d padding: expected at most half the kernel [2,2], received [2,2]. More would average nothing but padding.",
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
