/** What a graph computes of sizes that are free: against the library at sizes of all kinds. What fixes one stands in fixed-sizes. */
import { describe, expect, it } from "vitest";
import { onnxRuntime } from "../../../../test-support/onnx.js";
import { checkpoint, type Tensor, zeros } from "../../src/autograd/index.js";
import { exportOnnx } from "../../src/onnx/index.js";
import {
  add,
  averagePool2d,
  einsum,
  multiply,
  pad,
  reshape,
  resize,
  scaledDotProductAttention,
  slice,
  softmax,
  split,
  sum,
  tanh,
  transpose,
} from "../../src/ops/index.js";
import { bceWithLogits, crossEntropy, huber, mse, ssim } from "../../src/train/index.js";
import { Computed, drawn, expectSame } from "./support.js";

type Value = Tensor | readonly number[];

interface Sample {
  readonly title: string;
  readonly network: Computed<never[]>;
  /** Shapes, or lists of indices. */
  readonly example: readonly (readonly number[] | { readonly indices: readonly number[] })[];
  readonly others: readonly Sample["example"][];
  readonly shapes: readonly (readonly (number | string)[])[];
  readonly outputs?: readonly (number | string)[];
}

const of = (body: (...inputs: never[]) => unknown): Computed<never[]> => new Computed(body);
const IMAGE = ["batch", "channels", "height", "width"];

const SAMPLES: readonly Sample[] = [
  {
    title: "an image as a row of numbers",
    network: of((x: Tensor) => reshape(x, [x.shape[0] as number, -1])),
    example: [[2, 3, 4, 5]],
    others: [[[3, 3, 4, 5]], [[1, 2, 7, 3]]],
    shapes: [IMAGE],
  },
  {
    title: "pixels as rows, by their number",
    network: of((x: Tensor) => {
      const [batch, channels, height, width] = x.shape as [number, number, number, number];
      return reshape(transpose(x, [0, 2, 3, 1]), [batch * height * width, channels]);
    }),
    example: [[2, 3, 4, 5]],
    others: [[[3, 2, 7, 2]]],
    shapes: [IMAGE],
    outputs: ["output_0", "channels"],
  },
  {
    title: "a crop whose start and length are rounded",
    network: of((x: Tensor) => {
      const [, , height, width] = x.shape as [number, number, number, number];
      const top = Math.floor(height / 4);
      return slice(x, [undefined, undefined, [top, top + Math.floor(height / 2)], [1, width - 1]]);
    }),
    example: [[2, 3, 8, 5]],
    others: [[[1, 2, 11, 7]], [[3, 1, 6, 3]], [[1, 1, 13, 4]]],
    shapes: [IMAGE],
  },
  {
    title: "a half that is rounded up",
    network: of((x: Tensor) => slice(x, [undefined, [0, Math.ceil((x.shape[1] as number) / 2)]])),
    example: [[2, 6]],
    others: [[[3, 7]], [[1, 1]], [[2, 12]]],
    shapes: [["batch", "axis1"]],
  },
  {
    title: "halves of an axis, exchanged",
    network: of((x: Tensor) => {
      const [first, second] = split(x, (x.shape[1] as number) / 2, 1) as [Tensor, Tensor];
      return add(second, multiply(first, 2));
    }),
    example: [[2, 6]],
    others: [[[3, 4]], [[5, 10]]],
    shapes: [["batch", "axis1"]],
  },
  {
    title: "twice and half the size",
    network: of((x: Tensor) => {
      const [, , height, width] = x.shape as [number, number, number, number];
      const large = resize(x, { size: [2 * height, 2 * width], mode: "bicubic" });
      return averagePool2d(large, { kernel: 3, stride: 2, padding: 1 });
    }),
    example: [[2, 3, 4, 5]],
    others: [[[1, 2, 7, 3]], [[3, 3, 1, 9]]],
    shapes: [IMAGE],
  },
  {
    title: "the size of another image, by whole numbers",
    network: of((x: Tensor, y: Tensor) => {
      const size = y.shape.slice(2) as [number, number];
      return add(resize(x, { size, mode: "nearest" }), y);
    }),
    example: [
      [2, 3, 6, 6],
      [2, 3, 4, 9],
    ],
    others: [
      [
        [1, 3, 7, 3],
        [1, 3, 5, 13],
      ],
    ],
    shapes: [IMAGE, ["batch", "channels", "input1_2", "input1_3"]],
  },
  {
    title: "a first state of zeros for each sample",
    network: of((x: Tensor) => {
      let state = zeros([x.shape[0] as number, 4]);
      for (let step = 0; step < 3; step++) {
        const seen = reshape(slice(x, [undefined, [step, step + 1]]), [-1, 4]);
        state = tanh(add(seen, multiply(state, 0.5)));
      }
      return state;
    }),
    example: [[2, 3, 4]],
    others: [[[5, 3, 4]], [[1, 6, 4]]],
    shapes: [["batch", "axis1", 4]],
  },
  {
    title: "attention over any number of places",
    network: of((x: Tensor) => scaledDotProductAttention(x, x, tanh(x), { causal: true })),
    example: [[2, 5, 4]],
    others: [[[3, 7, 4]], [[1, 1, 9]]],
    shapes: [["batch", "axis1", "axis2"]],
  },
  {
    title: "sums over what is counted by hand",
    network: of((x: Tensor) => {
      const pixels = (x.shape[2] as number) * (x.shape[3] as number);
      return multiply(sum(x, { axes: [2, 3] }), 1 / pixels);
    }),
    example: [[2, 3, 4, 5]],
    others: [[[3, 3, 7, 2]]],
    shapes: [IMAGE],
  },
  {
    title: "products by letters",
    network: of((a: Tensor, b: Tensor) => einsum("boi,bpi->bop", a, b)),
    example: [
      [2, 3, 4],
      [2, 6, 4],
    ],
    others: [
      [
        [3, 5, 2],
        [3, 2, 2],
      ],
    ],
    shapes: [
      ["batch", "axis1", "axis2"],
      ["batch", "input1_1", "axis2"],
    ],
  },
  {
    title: "what a checkpoint computes",
    network: of((x: Tensor) => checkpoint((y: Tensor) => tanh(multiply(y, 2)), [x])),
    example: [[2, 3]],
    others: [[[4, 5]]],
    shapes: [["batch", "axis1"]],
  },
  {
    title: "what is cut from the tape",
    network: of((x: Tensor) => add(x, tanh(x).detach({ reason: "a constant here" }))),
    example: [[2, 3]],
    others: [[[4, 5]]],
    shapes: [["batch", "axis1"]],
  },
  {
    title: "a padded image",
    network: of((x: Tensor) => pad(x, { top: 1, left: 2 }, { mode: "circular" })),
    example: [[2, 3, 4, 5]],
    others: [[[1, 1, 3, 8]]],
    shapes: [IMAGE],
  },
  {
    title: "several losses",
    network: of((x: Tensor, y: Tensor) => [mse(x, y), huber(x, y), bceWithLogits(x, softmax(y))]),
    example: [
      [2, 3, 4],
      [2, 3, 4],
    ],
    others: [
      [
        [5, 2, 7],
        [5, 2, 7],
      ],
    ],
    shapes: [
      ["batch", "axis1", "axis2"],
      ["batch", "axis1", "axis2"],
    ],
  },
  {
    title: "structural similarity, whose window is made for the channels",
    network: of((x: Tensor, y: Tensor) => ssim(x, y, { window: 5 })),
    example: [
      [2, 3, 6, 7],
      [2, 3, 6, 7],
    ],
    others: [
      [
        [1, 3, 9, 5],
        [1, 3, 9, 5],
      ],
    ],
    shapes: [
      ["batch", 3, "height", "width"],
      ["batch", 3, "height", "width"],
    ],
  },
  {
    title: "cross entropy of probabilities",
    network: of((x: Tensor, y: Tensor) => crossEntropy(x, softmax(y, 1), { labelSmoothing: 0.1 })),
    example: [
      [2, 3, 4],
      [2, 3, 4],
    ],
    others: [
      [
        [5, 6, 2],
        [5, 6, 2],
      ],
    ],
    shapes: [
      ["batch", "axis1", "axis2"],
      ["batch", "axis1", "axis2"],
    ],
  },
  {
    title: "cross entropy of indices, some of which are ignored",
    network: of((x: Tensor, indices: readonly number[]) =>
      crossEntropy(x, indices, { labelSmoothing: 0.2, ignoreIndex: -100 }),
    ),
    example: [[4, 3], { indices: [2, -100, 0, 1] }],
    others: [[[3, 3], { indices: [-100, 2, 2] }]],
    shapes: [["batch", 3], ["batch"]],
  },
];

const valuesOf = (example: Sample["example"], key: string): Value[] =>
  example.map((one, at) => ("indices" in one ? one.indices : drawn(one, `${key} ${at}`)));

describe("exportOnnx", () => {
  it.for(SAMPLES)(
    "computes $title",
    async ({ title, network, example, others, shapes, outputs }, context) => {
      const open = await onnxRuntime(context);
      const model = exportOnnx(network, valuesOf(example, title) as never);
      expect(model.inputs.map(({ shape }) => shape)).toEqual(shapes);
      if (outputs !== undefined) expect(model.outputs[0]?.shape).toEqual(outputs);
      for (const [input, { name, shape }] of model.inputs.entries()) {
        for (const [axis, size] of shape.entries()) {
          const isSaid = model.fixed.some((one) => one.input === name && one.axis === axis);
          expect(isSaid, `${input} ${axis}`).toBe(typeof size === "number");
        }
      }
      const run = await open(model.bytes);
      for (const one of [example, ...others]) {
        const values = valuesOf(one, `${title} again`);
        const expected = [network.forward(...(values as never[]))].flat() as Tensor[];
        const names = model.inputs.map(({ name }) => name);
        await expectSame(
          run,
          names,
          values,
          expected,
          model.outputs.map(({ name }) => name),
        );
      }
    },
  );
});
