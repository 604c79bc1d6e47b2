/** More operations that move entries, and the choice between two tensors. */
import { type Tensor, zeros } from "../../src/autograd/index.js";
import { greater } from "../../src/ops/index.js";
import type { Table } from "./table-types.js";

/** 0 and 1, which central differences do not move. */
function mask(x: Tensor, shape: readonly number[]): Tensor {
  const found = zeros(shape, { dtype: x.dtype });
  for (let i = 0; i < found.size; i++) found.data[i] = i % 3 === 0 ? 0 : 1;
  return found;
}

export const MOVES: Table<
  "where" | "expand" | "squeeze" | "stack" | "flip" | "pixelShuffle" | "pixelUnshuffle"
> = {
  where: {
    samples: [
      {
        title: "a condition that broadcasts",
        inputs: [
          [2, 3],
          [2, 3],
        ],
        args: (a, b) => [mask(a, [3]), a, b],
        shape: [2, 3],
      },
      { title: "a number", inputs: [[2, 3]], args: (a) => [mask(a, [2, 3]), 0.5, a], shape: [2, 3] },
      {
        title: "three shapes, and a condition that was computed",
        inputs: [
          [4, 1, 3],
          [2, 1],
        ],
        args: (a, b) => [greater(a, 0.7), a, b],
        shape: [4, 2, 3],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([4]), zeros([2, 3]), zeros([3])],
        error: "ShapeError",
        message:
          "where: expected shapes that broadcast (aligned at the last axis, equal or 1), received [4] and [2,3]. Axis -1 is 4 against 3: reshape one of them.",
      },
      {
        args: () => [zeros([2]), zeros([2]), zeros([2], { dtype: "float64" })],
        error: "ValueError",
        message:
          'where: expected inputs of one dtype (float32, as the first), received float64 for tensor [2]. Convert it: cast(x, "float32").',
      },
    ],
  },
  expand: {
    samples: [
      { title: "new axes in front", inputs: [[3]], args: (x) => [x, [2, 4, 3]], shape: [2, 4, 3] },
      { title: "an axis of 1", inputs: [[2, 1, 3]], args: (x) => [x, [2, 4, 3]], shape: [2, 4, 3] },
      { title: "nothing to do", inputs: [[2, 3]], args: (x) => [x, [2, 3]], shape: [2, 3] },
      { title: "to nothing", inputs: [[1, 3]], args: (x) => [x, [0, 3]], shape: [0, 3] },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3]), [4, 3]],
        error: "ShapeError",
        message:
          "expand: expected a shape that [2,3] broadcasts to, received [4,3]. Axis 0 is 2 against 4: only axes of size 1 are repeated.",
      },
      {
        args: () => [zeros([2, 3]), [3]],
        error: "ShapeError",
        message:
          "expand: expected a shape that [2,3] broadcasts to, received [3]. It has fewer axes than the tensor: reshape or sum it first.",
      },
    ],
  },
  squeeze: {
    samples: [
      { title: "all axes of 1", inputs: [[1, 3, 1, 2]], args: (x) => [x], shape: [3, 2] },
      { title: "one of them", inputs: [[1, 3, 1]], args: (x) => [x, -1], shape: [1, 3] },
      { title: "two of them", inputs: [[2, 1, 3, 1]], args: (x) => [x, [1, 3]], shape: [2, 3] },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 1, 3]), [1, 2]],
        error: "ShapeError",
        message: "squeeze axes: expected axes of size 1 of [2,1,3], received axis 2 of size 3",
      },
      {
        args: () => [zeros([1, 1]), 2],
        error: "ValueError",
        message: "squeeze axes: expected an axis from -2 to 1, received 2",
      },
    ],
  },
  stack: {
    samples: [
      {
        title: "in front",
        inputs: [
          [2, 3],
          [2, 3],
        ],
        args: (a, b) => [[a, b]],
        shape: [2, 2, 3],
      },
      {
        title: "at the end",
        inputs: [[2], [2], [2]],
        args: (a, b, c) => [[a, b, c], -1],
        shape: [2, 3],
      },
      { title: "scalars", inputs: [[], []], args: (a, b) => [[a, b]], shape: [2] },
    ],
    badCalls: [
      {
        args: () => [[zeros([2, 3]), zeros([3, 2])]],
        error: "ShapeError",
        message:
          "stack: expected tensors of one shape, [2,3] as the first, received [3,2]. concat takes tensors that differ along one axis.",
      },
      {
        args: () => [[]],
        error: "ValueError",
        message: "stack: expected at least one tensor, received none",
      },
      {
        args: () => [[zeros([2])], 2],
        error: "ValueError",
        message: "stack axis: expected an axis from -2 to 1, received 2",
      },
    ],
  },
  flip: {
    samples: [
      { title: "left and right", inputs: [[2, 3, 4]], args: (x) => [x, -1], shape: [2, 3, 4] },
      { title: "two axes", inputs: [[2, 3, 4]], args: (x) => [x, [0, 2]], shape: [2, 3, 4] },
      { title: "no axis", inputs: [[2, 3]], args: (x) => [x, []], shape: [2, 3] },
      { title: "an empty batch", inputs: [[0, 3]], args: (x) => [x, 0], shape: [0, 3] },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3]), [1, -1]],
        error: "ValueError",
        message: "flip axes: expected each axis once, received axis 1 twice in [1,-1]",
      },
    ],
  },
  pixelShuffle: {
    samples: [
      { title: "by 2", inputs: [[2, 8, 3, 2]], args: (x) => [x, 2], shape: [2, 2, 6, 4] },
      { title: "by 3", inputs: [[1, 9, 2, 1]], args: (x) => [x, 3], shape: [1, 1, 6, 3] },
    ],
    badCalls: [
      {
        args: () => [zeros([1, 6, 2, 2]), 2],
        error: "ShapeError",
        message: "pixelShuffle: expected channels that are a multiple of 2*2 = 4, received 6 in [1,6,2,2]",
      },
      {
        args: () => [zeros([4, 2, 2]), 2],
        error: "ShapeError",
        message:
          "pixelShuffle x: expected 4 axes [B,C,H,W], received [4,2,2]. Add the batch axis: reshape(x, [1,4,2,2]).",
      },
    ],
  },
  pixelUnshuffle: {
    samples: [{ title: "by 2", inputs: [[2, 2, 6, 4]], args: (x) => [x, 2], shape: [2, 8, 3, 2] }],
    badCalls: [
      {
        args: () => [zeros([1, 2, 3, 4]), 2],
        error: "ShapeError",
        message:
          "pixelUnshuffle: expected a height and width that are multiples of 2, received 3 and 4 in [1,2,3,4]. Pad the image first.",
      },
    ],
  },
};
