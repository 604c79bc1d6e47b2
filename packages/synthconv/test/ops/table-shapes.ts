/** Reductions, and the operations that only move entries. */
import type { Tensor } from "../../src/autograd/index.js";
import { zeros } from "../../src/autograd/index.js";
import type { ReduceOptions } from "../../src/ops/index.js";
import type { Entry, Table } from "./table-types.js";

type Reduction = (x: Tensor, options?: ReduceOptions) => Tensor;

function reduction(name: string): Entry<Reduction> {
  return {
    samples: [
      { title: "all entries", inputs: [[2, 3]], args: (x) => [x], shape: [] },
      { title: "the last axis", inputs: [[2, 3]], args: (x) => [x, { axes: -1 }], shape: [2] },
      {
        title: "the first axis, kept",
        inputs: [[2, 3]],
        args: (x) => [x, { axes: 0, keepDims: true }],
        shape: [1, 3],
      },
      {
        title: "outer axes around a middle one",
        inputs: [[2, 3, 4]],
        args: (x) => [x, { axes: [0, 2] }],
        shape: [3],
      },
      { title: "a middle axis", inputs: [[2, 3, 4]], args: (x) => [x, { axes: [1] }], shape: [2, 4] },
      { title: "all axes, kept", inputs: [[2, 3]], args: (x) => [x, { keepDims: true }], shape: [1, 1] },
      { title: "one axis", inputs: [[2, 3]], args: (x) => [x, { axis: -2 }], shape: [3] },
      { title: "no axis", inputs: [[2, 3]], args: (x) => [x, { axes: [] }], shape: [2, 3] },
      { title: "a scalar", inputs: [[]], args: (x) => [x], shape: [] },
      {
        title: "an empty batch along the others",
        inputs: [[0, 3]],
        args: (x) => [x, { axes: 1 }],
        shape: [0],
      },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3]), { axes: 2 }],
        error: "ValueError",
        message: `${name} axes: expected an axis from -2 to 1, received 2`,
      },
      {
        args: () => [zeros([2, 3]), { axes: [1, -1] }],
        error: "ValueError",
        message: `${name} axes: expected each axis once, received axis 1 twice in [1,-1]`,
      },
      {
        args: () => [zeros([2, 3]), { axis: 0, axes: [1] }],
        error: "ValueError",
        message: `${name}: expected either axis or axes, received both. Write axis for one, axes for several.`,
      },
      {
        args: () => [zeros([2, 3]), { dim: 1 } as ReduceOptions],
        error: "ValueError",
        message: `${name} options: expected names out of axis, axes, keepDims, received dim. Write { axis } for one axis, { axes } for several.`,
      },
    ],
  };
}

function extreme(name: "max" | "min"): Entry<Reduction> {
  const { samples, badCalls } = reduction(name);
  return {
    samples,
    badCalls: [
      ...badCalls,
      {
        args: () => [zeros([0, 3])],
        error: "ShapeError",
        message: `${name}: expected at least one entry along the reduced axes, received shape [0,3]. The ${name}imum of no entries does not exist: skip empty batches.`,
      },
    ],
  };
}

export const SHAPES: Table<
  "sum" | "mean" | "max" | "min" | "reshape" | "transpose" | "concat" | "slice" | "gather" | "cast"
> = {
  sum: reduction("sum"),
  mean: reduction("mean"),
  max: extreme("max"),
  min: extreme("min"),
  reshape: {
    samples: [
      { title: "another rank", inputs: [[2, 6]], args: (x) => [x, [3, 2, 2]], shape: [3, 2, 2] },
      { title: "one size left open", inputs: [[2, 6]], args: (x) => [x, [2, -1, 3]], shape: [2, 2, 3] },
      { title: "a scalar", inputs: [[1, 1]], args: (x) => [x, []], shape: [] },
      { title: "an empty batch", inputs: [[0, 6]], args: (x) => [x, [-1, 2, 3]], shape: [0, 2, 3] },
    ],
    badCalls: [
      {
        args: () => [zeros([4, 8]), [4, 8, 3, 1, 1]],
        error: "ShapeError",
        message:
          "reshape: expected 96 entries for [4,8,3,1,1], received 32 ([4,8]). A sample needs 8*3*1*1 = 24 numbers; what computes them emits 8.",
      },
      {
        args: () => [zeros([6]), [4, 2]],
        error: "ShapeError",
        message:
          "reshape: expected 8 entries for [4,2], received 6 ([6]). The sizes must multiply to the same number; one of them may be -1.",
      },
      {
        args: () => [zeros([6]), [4, -1]],
        error: "ShapeError",
        message: "reshape: expected a multiple of 4 entries for [4,-1], received 6 ([6])",
      },
      {
        args: () => [zeros([6]), [-1, -1]],
        error: "ValueError",
        message: "reshape: expected at most one -1, received [-1,-1]",
      },
      {
        args: () => [zeros([0]), [0, -1]],
        error: "ValueError",
        message:
          "reshape: expected a -1 beside sizes that are not 0, received [0,-1]. With a size of 0 any number fits the -1: write the number.",
      },
      {
        args: () => [zeros([6]), [-2, 3]],
        error: "ValueError",
        message: "reshape shape: expected every axis to be a whole number of 0 or more, received [-2,3]",
      },
    ],
  },
  transpose: {
    samples: [
      { title: "a matrix", inputs: [[2, 3]], args: (x) => [x], shape: [3, 2] },
      {
        title: "an image to pixels by channels",
        inputs: [[2, 3, 2, 4]],
        args: (x) => [x, [0, 2, 3, 1]],
        shape: [2, 2, 4, 3],
      },
      { title: "axes from the end", inputs: [[2, 3, 4]], args: (x) => [x, [0, -1, -2]], shape: [2, 4, 3] },
      { title: "a scalar", inputs: [[]], args: (x) => [x], shape: [] },
      { title: "an empty batch", inputs: [[0, 3]], args: (x) => [x], shape: [3, 0] },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3]), [0, 0]],
        error: "ValueError",
        message: "transpose axes: expected each of the 2 axes of [2,3] once, received [0,0]",
      },
      {
        args: () => [zeros([2, 3]), [0, 2]],
        error: "ValueError",
        message: "transpose axes: expected an axis from -2 to 1, received 2",
      },
    ],
  },
  concat: {
    samples: [
      {
        title: "batches",
        inputs: [
          [2, 3],
          [1, 3],
        ],
        args: (a, b) => [[a, b]],
        shape: [3, 3],
      },
      {
        title: "channels",
        inputs: [
          [2, 1, 2],
          [2, 3, 2],
          [2, 2, 2],
        ],
        args: (a, b, c) => [[a, b, c], 1],
        shape: [2, 6, 2],
      },
      {
        title: "the last axis",
        inputs: [
          [2, 2],
          [2, 3],
        ],
        args: (a, b) => [[a, b], -1],
        shape: [2, 5],
      },
      { title: "one tensor", inputs: [[2]], args: (a) => [[a]], shape: [2] },
      { title: "the same tensor twice", inputs: [[2]], args: (a) => [[a, a]], shape: [4] },
      {
        title: "an empty part",
        inputs: [
          [0, 3],
          [2, 3],
        ],
        args: (a, b) => [[a, b]],
        shape: [2, 3],
      },
    ],
    badCalls: [
      {
        args: () => [[zeros([2, 3]), zeros([2, 4])]],
        error: "ShapeError",
        message:
          "concat: expected [2,3] up to the size of axis 0, received [2,4]. Only the concatenated axis may differ: slice or reshape the others first.",
      },
      {
        args: () => [[]],
        error: "ValueError",
        message: "concat: expected at least one tensor, received none",
      },
      {
        args: () => [[zeros([2])], 1],
        error: "ValueError",
        message: "concat axis: expected an axis from -1 to 0, received 1",
      },
      {
        args: () => [[zeros([2]), zeros([2], { dtype: "float64" })]],
        error: "ValueError",
        message:
          'concat: expected inputs of one dtype (float32, as the first), received float64 for tensor [2]. Convert it: cast(x, "float32").',
      },
    ],
  },
  slice: {
    samples: [
      { title: "rows", inputs: [[4, 3]], args: (x) => [x, [[1, 3]]], shape: [2, 3] },
      {
        title: "columns, from the end",
        inputs: [[2, 5]],
        args: (x) => [x, [undefined, [-3, -1]]],
        shape: [2, 2],
      },
      {
        title: "a crop",
        inputs: [[2, 3, 4, 5]],
        args: (x) => [x, [undefined, undefined, [1, 3], [2, 5]]],
        shape: [2, 3, 2, 3],
      },
      { title: "nothing", inputs: [[3]], args: (x) => [x, [[1, 1]]], shape: [0] },
    ],
    badCalls: [
      {
        args: () => [zeros([3]), [[1, 4]]],
        error: "ValueError",
        message:
          "slice of axis 0: expected 0 <= start <= end <= 3 (or negative, from the end), received [1,4]",
      },
      {
        args: () => [zeros([2, 3]), [undefined, [-4, 2]]],
        error: "ValueError",
        message:
          "slice of axis 1: expected 0 <= start <= end <= 3 (or negative, from the end), received [-4,2]",
      },
      {
        args: () => [
          zeros([3]),
          [
            [0, 1],
            [0, 1],
          ],
        ],
        error: "ValueError",
        message: "slice: expected at most 1 ranges for [3], received 2",
      },
    ],
  },
  gather: {
    samples: [
      {
        title: "rows, one of them twice",
        inputs: [[4, 3]],
        args: (table) => [table, [2, 0, 2]],
        shape: [3, 3],
      },
      {
        title: "indices with a shape",
        inputs: [[4, 2]],
        args: (table) => [table, Int32Array.of(3, 1, 1, 0), [2, 2]],
        shape: [2, 2, 2],
      },
      { title: "numbers", inputs: [[4]], args: (table) => [table, [3], []], shape: [] },
      { title: "no index", inputs: [[4, 2]], args: (table) => [table, []], shape: [0, 2] },
    ],
    badCalls: [
      {
        args: () => [zeros([4, 2]), [4]],
        error: "ValueError",
        message: "gather indices: expected indices from 0 to 3, the rows of table [4,2], received 4 at [0]",
      },
      {
        args: () => [zeros([4, 2]), [0.5]],
        error: "ValueError",
        message: "gather indices: expected indices from 0 to 3, the rows of table [4,2], received 0.5 at [0]",
      },
      {
        args: () => [zeros([4, 2]), [0, 1, 2], [2, 2]],
        error: "ShapeError",
        message: "gather indices: expected 4 indices for shape [2,2], received 3",
      },
      {
        args: () => [zeros([]), [0]],
        error: "ShapeError",
        message: "gather table: expected at least one axis [N,...], received []",
      },
    ],
  },
  cast: {
    samples: [{ title: "to float64", inputs: [[2, 3]], args: (x) => [x, "float64"], shape: [2, 3] }],
    badCalls: [],
  },
};
