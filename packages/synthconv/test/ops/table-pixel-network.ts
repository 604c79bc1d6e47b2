/** Stacks of 1x1 convolutions as one operation. */
import { type Tensor, zeros } from "../../src/autograd/index.js";
import type { Activation, PixelNetworkLayer } from "../../src/ops/index.js";
import type { Table } from "./table-types.js";

/** Two layers, 3 -> 4 -> 3, from four tensors. */
function twoLayers(
  [weight1, bias1, weight2, bias2]: readonly Tensor[],
  activation: Activation = "relu",
): PixelNetworkLayer[] {
  return [
    { weight: weight1 as Tensor, bias: bias1, activation },
    { weight: weight2 as Tensor, bias: bias2 },
  ];
}

const SHARED = [[4, 3, 1, 1], [4], [3, 4, 1, 1], [3]];
const PER_SAMPLE = [
  [2, 4, 3, 1, 1],
  [2, 4],
  [2, 3, 4, 1, 1],
  [2, 3],
];
const IMAGE = [2, 3, 3, 5];

const ACTIVATIONS: readonly Activation[] = [
  "none",
  "relu",
  "leakyRelu",
  "silu",
  "gelu",
  "tanh",
  "sigmoid",
  "softplus",
];

const image = zeros(IMAGE);
const layer = { weight: zeros([3, 3, 1, 1]) };

/** A constant that central differences do not move: the target, a fixed function of the position. */
function constantLike(x: Tensor, shape: readonly number[]): Tensor {
  const target = zeros(shape, { dtype: x.dtype });
  for (let i = 0; i < target.size; i++) target.data[i] = Math.sin(i);
  return target;
}

export const PIXEL_NETWORKS: Table<"pixelNetwork" | "pixelNetworkLoss"> = {
  pixelNetwork: {
    samples: [
      ...ACTIVATIONS.map((activation) => ({
        title: `3-4-3 with ${activation}, shared`,
        inputs: [IMAGE, ...SHARED],
        args: (x: Tensor, ...weights: Tensor[]): [Tensor, PixelNetworkLayer[]] => [
          x,
          twoLayers(weights, activation),
        ],
        shape: IMAGE,
      })),
      {
        title: "one set per sample",
        inputs: [IMAGE, ...PER_SAMPLE],
        args: (x, ...weights) => [x, twoLayers(weights)],
        shape: IMAGE,
      },
      {
        title: "with residual",
        inputs: [IMAGE, ...PER_SAMPLE],
        args: (x, ...weights) => [x, twoLayers(weights), { residual: true }],
        shape: IMAGE,
      },
      {
        title: "first layer of a sample, second shared, no bias",
        inputs: [
          [2, 3, 2, 2],
          [2, 4, 3, 1, 1],
          [2, 4, 1, 1],
        ],
        args: (x, first, second) => [
          x,
          [
            { weight: first as Tensor, activation: "leakyRelu", negativeSlope: 0.3 },
            { weight: second as Tensor },
          ],
        ],
        shape: [2, 2, 2, 2],
      },
      {
        title: "three layers, activation at the end",
        inputs: [[1, 2, 2, 3], [5, 2, 1, 1], [4, 5, 1, 1], [4], [2, 4, 1, 1]],
        args: (x, first, second, bias, third) => [
          x,
          [
            { weight: first as Tensor, activation: "tanh" },
            { weight: second as Tensor, bias, activation: "silu" },
            { weight: third as Tensor, activation: "sigmoid" },
          ],
          { residual: true },
        ],
        shape: [1, 2, 2, 3],
      },
      {
        title: "one layer",
        inputs: [
          [2, 3, 2, 2],
          [1, 3, 1, 1],
        ],
        args: (x, weight) => [x, [{ weight: weight as Tensor }]],
        shape: [2, 1, 2, 2],
      },
      {
        title: "an empty batch",
        inputs: [[0, 3, 2, 2], ...SHARED],
        args: (x, ...weights) => [x, twoLayers(weights)],
        shape: [0, 3, 2, 2],
      },
      {
        title: "no pixels",
        inputs: [[2, 3, 0, 2], ...SHARED],
        args: (x, ...weights) => [x, twoLayers(weights)],
        shape: [2, 3, 0, 2],
      },
    ],
    badCalls: [
      {
        args: () => [image, []],
        error: "ValueError",
        message: "pixelNetwork: expected at least one layer, received none",
      },
      {
        args: () => [zeros([3, 8, 8]), [layer]],
        error: "ShapeError",
        message:
          "pixelNetwork image: expected 4 axes [B,C,H,W], received [3,8,8]. Add the batch axis: reshape(image, [1,3,8,8]).",
      },
      {
        args: () => [image, [{ weight: zeros([2, 8]) }]],
        error: "ShapeError",
        message:
          "pixelNetwork layer 0 weight: expected [O,3,1,1] shared by the batch, or [2,O,3,1,1] with one set per sample, received [2,8]. A generator's output [2,8] becomes reshape(weight, [2,O,3,1,1]), for which it must emit O*3 numbers per sample.",
      },
      {
        args: () => [image, [{ weight: zeros([2, 8, 1, 1, 1]) }]],
        error: "ShapeError",
        message:
          "pixelNetwork layer 0 weight: expected [O,3,1,1] shared by the batch, or [2,O,3,1,1] with one set per sample, received [2,8,1,1,1]. 8 outputs need 8*3 = 24 numbers per sample; these are 8.",
      },
      {
        args: () => [image, [{ weight: zeros([1, 8, 3, 1, 1]) }]],
        error: "ShapeError",
        message:
          "pixelNetwork layer 0 weight: expected [O,3,1,1] shared by the batch, or [2,O,3,1,1] with one set per sample, received [1,8,3,1,1]. The rank says what is shared: one set per sample needs the batch as its first axis, a shared set has none.",
      },
      {
        args: () => [image, [layer, { weight: zeros([3, 4, 1, 1]) }]],
        error: "ShapeError",
        message:
          "pixelNetwork layer 1 weight: expected [O,3,1,1] shared by the batch, or [2,O,3,1,1] with one set per sample, received [3,4,1,1]. It reads 3 channels, so a shared set of 3 outputs is [3,3,1,1]: 3*3 = 9 numbers.",
      },
      {
        args: () => [image, [{ weight: zeros([3, 3, 3, 3]) }]],
        error: "ShapeError",
        message:
          "pixelNetwork layer 0 weight: expected [O,3,1,1] shared by the batch, or [2,O,3,1,1] with one set per sample, received [3,3,3,3]. A pixel network sees one pixel at a time: use conv2d for larger kernels.",
      },
      {
        args: () => [image, [{ ...layer, bias: zeros([1, 3]) }]],
        error: "ShapeError",
        message:
          "pixelNetwork layer 0 bias: expected [3] shared by the batch, or [2,3] with one set per sample, received [1,3]",
      },
      {
        args: () => [image, [{ weight: zeros([4, 3, 1, 1]) }], { residual: true }],
        error: "ShapeError",
        message:
          "pixelNetwork residual: expected as many output channels as the image has (3), received 4. Change the last layer, or leave residual off.",
      },
      {
        args: () => [image, [{ ...layer, activation: "swish" as "silu" }]],
        error: "ValueError",
        message:
          'pixelNetwork layer 0 activation: expected one of none, relu, leakyRelu, silu, gelu, tanh, sigmoid, softplus, received "swish". Write "silu".',
      },
      {
        args: () => [image, [{ weight: zeros([3, 3, 1, 1], { dtype: "float64" }) }]],
        error: "ValueError",
        message:
          'pixelNetwork: expected inputs of one dtype (float32, as the first), received float64 for tensor [3,3,1,1]. Convert it: cast(x, "float32").',
      },
    ],
  },
  pixelNetworkLoss: {
    samples: [
      ...(["mse", "l1", "charbonnier"] as const).flatMap((loss) =>
        [SHARED, PER_SAMPLE].map((weightShapes) => ({
          title: `${loss}, weights ${JSON.stringify(weightShapes[0])}`,
          inputs: [IMAGE, ...weightShapes],
          args: (
            x: Tensor,
            ...weights: Tensor[]
          ): [Tensor, Tensor, PixelNetworkLayer[], { loss: typeof loss; epsilon: number }] => [
            x,
            constantLike(x, IMAGE),
            twoLayers(weights),
            { loss, epsilon: 0.5 },
          ],
          shape: [],
        })),
      ),
      {
        title: "with residual and a weight a pixel",
        inputs: [IMAGE, ...SHARED],
        args: (x, ...weights) => [
          x,
          constantLike(x, IMAGE),
          twoLayers(weights),
          { loss: "mse", residual: true, pixelWeight: constantLike(x, [2, 1, 3, 5]) },
        ],
        shape: [],
      },
      {
        title: "one pixel, one channel",
        inputs: [
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ],
        args: (x, weight) => [
          x,
          constantLike(x, [1, 1, 1, 1]),
          [{ weight: weight as Tensor }],
          { loss: "mse" },
        ],
        shape: [],
      },
    ],
    badCalls: [
      {
        args: () => [image, zeros([2, 3, 3, 4]), [layer], { loss: "mse" }],
        error: "ShapeError",
        message: "pixelNetworkLoss target: expected [2,3,3,5], received [2,3,3,4]",
      },
      {
        args: () => [image, image, [layer], { loss: "mse", pixelWeight: zeros([2, 3, 5]) }],
        error: "ShapeError",
        message: "pixelNetworkLoss pixelWeight: expected [2,1,3,5], received [2,3,5]",
      },
      {
        args: () => [image, zeros(IMAGE, { requiresGrad: true }), [layer], { loss: "mse" }],
        error: "GraphError",
        message:
          "pixelNetworkLoss target: expected a constant, received tensor, which requires a gradient. Compare pixelNetwork(image, layers) with it by subtract and mean, or detach it.",
      },
      {
        args: () => [image, image, [layer], { loss: "huber" as "l1" }],
        error: "ValueError",
        message:
          'pixelNetworkLoss loss: expected one of mse, l1, charbonnier, received "huber". For another loss, compare pixelNetwork(image, layers) with the target.',
      },
      {
        args: () => [image, image, [layer], { loss: "charbonnier", epsilon: 0 }],
        error: "ValueError",
        message: "pixelNetworkLoss epsilon: expected a number from 1e-9 to 1000000000, received 0",
      },
      {
        args: () => [image, zeros(IMAGE, { dtype: "float64" }), [layer], { loss: "mse" }],
        error: "ValueError",
        message:
          'pixelNetworkLoss: expected inputs of one dtype (float32, as the first), received float64 for tensor [2,3,3,5]. Convert it: cast(x, "float32").',
      },
    ],
  },
};
