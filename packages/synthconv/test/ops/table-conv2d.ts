/** Convolution: every option, both forms of sharing. */
import { zeros } from "../../src/autograd/index.js";
import type { Table } from "./table-types.js";

export const CONVOLUTION: Table<"conv2d"> = {
  conv2d: {
    samples: [
      {
        title: "1x1, shared",
        inputs: [[2, 3, 4, 5], [6, 3, 1, 1], [6]],
        args: (x, w, b) => [x, w, b],
        shape: [2, 6, 4, 5],
      },
      {
        title: "1x1, one set per sample",
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
        title: "the same size, an even kernel",
        inputs: [
          [1, 2, 4, 3],
          [2, 2, 2, 3],
        ],
        args: (x, w) => [x, w, undefined, { padding: "same", dilation: [1, 2] }],
        shape: [1, 2, 4, 3],
      },
      {
        title: "a border on two sides, reflected",
        inputs: [
          [1, 2, 4, 3],
          [2, 2, 2, 2],
        ],
        args: (x, w) => [x, w, undefined, { padding: { top: 2, left: 1 }, paddingMode: "reflect" }],
        shape: [1, 2, 5, 3],
      },
      {
        title: "everything at once, one set per sample",
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
          "conv2d weight: expected [O,I/groups,kh,kw] (shared by the batch) or [B,O,I/groups,kh,kw] (one set per sample), received [4,24]. A generator's output [4,24] becomes reshape(weight, [4,O,3,kh,kw]), for which it must emit O*3*kh*kw numbers per sample.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([8, 3, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected [O,I/groups,kh,kw] (shared by the batch) or [B,O,I/groups,kh,kw] (one set per sample), received [8,3,1]. The rank says what is shared, so neither form drops an axis of size 1.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([8, 2, 1, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected 3 channels / 1 groups = 3 inputs per output channel, received 2 in [8,2,1,1]. It needs [8,3,1,1]: 8*3*1*1 = 24 numbers.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([4, 8, 1, 1, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected 3 channels / 1 groups = 3 inputs per output channel, received 1 in [4,8,1,1,1]. It needs [8,3,1,1]: 8*3*1*1 = 24 numbers per sample.",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([1, 8, 3, 1, 1])],
        error: "ShapeError",
        message:
          "conv2d weight: expected 4 sets of weights, one for each sample of image [4,3,8,8], received 1 ([1,8,3,1,1]). Write one set per sample, or drop the first axis to share one set by the batch.",
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 0, 1])],
        error: "ShapeError",
        message: "conv2d weight: expected a kernel of at least 1x1, received [8,3,0,1]",
      },
      {
        args: () => [zeros([4, 3, 8, 8]), zeros([8, 3, 1, 1]), zeros([3])],
        error: "ShapeError",
        message:
          "conv2d bias: expected [8] (shared by the batch) or [4,8] (one set per sample), received [3]",
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
          'conv2d padding: expected a whole number of 0 or more, a pair [vertical, horizontal] of them, or { top, bottom, left, right }, or "same", received [0,-1]',
      },
      {
        args: () => [zeros([1, 3, 8, 8]), zeros([8, 3, 3, 3]), undefined, { padding: "same", stride: 2 }],
        error: "ValueError",
        message:
          'conv2d padding: expected a stride of 1 with "same", received [2,2]. With a stride the size cannot stay: write the padding in pixels.',
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
        message:
          'conv2d: expected inputs of one dtype (float32, as the first), received float64 for tensor [8,3,1,1]. Convert it: cast(x, "float32").',
      },
    ],
  },
};
