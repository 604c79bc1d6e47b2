/** Operations of two tensors that broadcast, or of a tensor and a number. */
import { type Tensor, zeros } from "../../src/autograd/index.js";
import type { Domain, Entry, Sample } from "./table-types.js";

type Binary = (a: Tensor | number, b: Tensor | number) => Tensor;

export function binary(name: string, domain: Domain = "signed"): Entry<Binary> {
  const samples: Sample<Binary>[] = [
    {
      title: "equal shapes",
      inputs: [
        [2, 3],
        [2, 3],
      ],
      args: (a, b) => [a, b],
      shape: [2, 3],
    },
    { title: "a row on a matrix", inputs: [[2, 3], [3]], args: (a, b) => [a, b], shape: [2, 3] },
    {
      title: "a column and a row",
      inputs: [
        [4, 1],
        [1, 3],
      ],
      args: (a, b) => [a, b],
      shape: [4, 3],
    },
    {
      title: "channels of an image",
      inputs: [
        [2, 3, 2, 2],
        [3, 1, 1],
      ],
      args: (a, b) => [a, b],
      shape: [2, 3, 2, 2],
    },
    { title: "a number on the right", inputs: [[2, 3]], args: (a) => [a, -1.5], shape: [2, 3] },
    { title: "a number on the left", inputs: [[2, 3]], args: (b) => [0.75, b], shape: [2, 3] },
    { title: "scalars", inputs: [[], []], args: (a, b) => [a, b], shape: [] },
    { title: "the same tensor twice", inputs: [[3]], args: (a) => [a, a], shape: [3] },
    { title: "an empty batch", inputs: [[0, 3], [3]], args: (a, b) => [a, b], shape: [0, 3] },
  ];
  return {
    samples: samples.map((sample) => ({ ...sample, domain })),
    badCalls: [
      {
        args: () => [zeros([2, 3]), zeros([2])],
        error: "ShapeError",
        message: `${name}: expected shapes that broadcast (aligned at the last axis, equal or 1), received [2,3] and [2]. Axis -1 is 3 against 2: reshape one of them.`,
      },
      {
        args: () => [zeros([2]), zeros([2], { dtype: "float64" })],
        error: "ValueError",
        message: `${name}: expected inputs of one dtype (float32, as the first), received float64 for tensor [2]. Convert it: cast(x, "float32").`,
      },
      {
        args: () => [1, 2],
        error: "ValueError",
        message: `${name}: expected at least one tensor, received the numbers 1 and 2. Use plain arithmetic for numbers, or tensor(x).`,
      },
    ],
  };
}
