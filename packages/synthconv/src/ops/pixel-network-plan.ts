import { checkImage, checkMemory, checkSameDType, TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import type { OperationSettings } from "../autograd/recorded.js";
import type { Tensor } from "../autograd/tensor.js";
import { ACTIVATION, type Activation } from "../core/activations.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { FINITE, kind, listOf, optional } from "../core/kinds.js";
import { formatShape, sizeOf } from "../core/shape.js";
import type { PixelNetwork } from "../kernels/pixel-network/index.js";
import { BIAS } from "./check.js";

/** A 1x1 convolution whose weights are values, and what follows it. */
export interface PixelNetworkLayer {
  /** `[O,I,1,1]` shared by the batch, or `[B,O,I,1,1]`, one set per sample. */
  readonly weight: Tensor;
  /** `[O]` or `[B,O]`. */
  readonly bias?: Tensor | undefined;
  /** Default none. */
  readonly activation?: Activation | undefined;
  /** Slope of leakyRelu below 0. Default 0.01. */
  readonly negativeSlope?: number | undefined;
}

/** How a batch of images runs through the layers; made once, used forward and backward. */
export interface PixelNetworkPlan {
  readonly layers: readonly PixelNetworkLayer[];
  readonly batch: number;
  /** Channels of the image. */
  readonly inputs: number;
  /** Channels of the result. */
  readonly outputs: number;
  /** P = H W. */
  readonly pixels: number;
  /** [B,O,H,W] of the result. */
  readonly shape: readonly number[];
  /** The image, then each layer's weight and, where it has one, its bias. */
  readonly tensors: readonly Tensor[];
  /** What the tensors do not say. */
  readonly settings: OperationSettings;
  /** The network of one sample. */
  readonly networkOf: (sample: number) => PixelNetwork;
}

const LAYER: Fields<PixelNetworkLayer> = {
  weight: TENSOR,
  bias: BIAS,
  activation: optional(ACTIVATION),
  negativeSlope: optional(FINITE),
};
const LAYERS = listOf(
  kind<PixelNetworkLayer>("a layer", isPlainObject),
  "a list of layers { weight, bias, activation }",
  (value) => (isPlainObject(value) ? "Write a list: [{ weight, bias, activation }]." : undefined),
);

/**
 * @throws {ShapeError} when the image is not `[B,C,H,W]` or a layer does not fit the one before.
 * @throws {ValueError} when there is no layer, an activation is unknown, or dtypes differ.
 */
export function planPixelNetwork(
  where: string,
  image: Tensor,
  layers: readonly PixelNetworkLayer[],
  residual: boolean,
): PixelNetworkPlan {
  check(where, "image", image, TENSOR);
  check(where, "layers", layers, LAYERS);
  for (const [index, layer] of layers.entries())
    checkOptions(where, layer, LAYER, { name: `layer ${index}` });
  if (layers.length === 0) throw new ValueError({ where, expected: "at least one layer", received: "none" });
  checkImage(where, "image", image);
  const tensors = [
    image,
    ...layers.flatMap(({ weight, bias }) => (bias === undefined ? [weight] : [weight, bias])),
  ];
  checkSameDType(where, tensors);
  checkMemory(where, tensors);
  const [batch, inputs, height, width] = image.shape as [number, number, number, number];
  const channels = [inputs];
  layers.forEach((layer, index) => {
    channels.push(checkedOutputs(`${where} layer ${index}`, layer, batch, channels[index] as number));
  });
  const outputs = channels.at(-1) as number;
  if (residual && outputs !== inputs) {
    throw new ShapeError({
      where: `${where} residual`,
      expected: `as many output channels as the image has (${inputs})`,
      received: String(outputs),
      repair: "Change the last layer, or leave residual off.",
    });
  }
  const networkOf = (sample: number): PixelNetwork => ({
    residual,
    layers: layers.map(({ weight, bias, activation = "none", negativeSlope }, index) => ({
      inputs: channels[index] as number,
      outputs: channels[index + 1] as number,
      weight: ofSample(numbersOf(weight), weight, 4, sample),
      bias: bias && ofSample(numbersOf(bias), bias, 1, sample),
      activation,
      negativeSlope,
    })),
  });
  const shape = [batch, outputs, height, width];
  const settings = {
    residual,
    layers: layers.map(({ bias, activation = "none", negativeSlope }) => ({
      hasBias: bias !== undefined,
      activation,
      negativeSlope,
    })),
  };
  return { layers, settings, batch, inputs, outputs, pixels: height * width, shape, tensors, networkOf };
}

/** One sample's part of data shaped as `tensor`: all of it where the rank says that the batch shares it. */
export function ofSample<Data extends FloatArray>(
  data: Data,
  { rank, shape }: Tensor,
  sharedRank: number,
  sample: number,
): Data {
  if (rank === sharedRank) return data;
  const size = sizeOf(shape.slice(1));
  return data.subarray(sample * size, (sample + 1) * size) as Data;
}

/** The planes of one sample. */
export function planesOf<Data extends FloatArray>(
  { pixels }: PixelNetworkPlan,
  planes: Data,
  sample: number,
  channels: number,
): Data {
  return planes.subarray(sample * channels * pixels, (sample + 1) * channels * pixels) as Data;
}

/** The layer's output channels, when it fits the channels that it reads. */
function checkedOutputs(
  where: string,
  { weight, bias }: PixelNetworkLayer,
  batch: number,
  inputs: number,
): number {
  const { shape, rank } = weight;
  const kernel = rank === 5 ? shape.slice(1) : shape;
  const [outputs = 0, from, height, width] = kernel;
  const isKernel = kernel.length === 4 && from === inputs && height === 1 && width === 1;
  if (!isKernel || (rank === 5 && shape[0] !== batch)) {
    throw new ShapeError({
      where: `${where} weight`,
      expected: `[O,${inputs},1,1] shared by the batch, or [${batch},O,${inputs},1,1] with one set per sample`,
      received: formatShape(shape),
      repair: weightRepair(shape, batch, inputs),
    });
  }
  if (inputs < 1 || outputs < 1) {
    throw new ValueError({
      where: `${where} weight`,
      expected: "at least one channel in and one out",
      received: formatShape(shape),
    });
  }
  if (bias !== undefined) checkBias(`${where} bias`, bias, batch, outputs);
  return outputs;
}

/** A generator that emits too few numbers, or a flat row of them, is the commonest slip. */
function weightRepair(shape: readonly number[], batch: number, inputs: number): string {
  const kernel = shape.length === 5 ? shape.slice(1) : shape;
  const [outputs = 0, , ...size] = kernel;
  if (shape.length === 2) {
    return (
      `A generator's output ${formatShape(shape)} becomes reshape(weight, [${shape[0]},O,${inputs},1,1]), for which ` +
      `it must emit O*${inputs} numbers per sample.`
    );
  }
  if (size.some((side) => side > 1)) {
    return "A pixel network sees one pixel at a time: use conv2d for larger kernels.";
  }
  if (shape.length === 5 && shape[0] === batch) {
    return `${outputs} outputs need ${outputs}*${inputs} = ${outputs * inputs} numbers per sample; these are ${sizeOf(kernel)}.`;
  }
  if (shape.length === 4) {
    return (
      `It reads ${inputs} channels, so a shared set of ${outputs} outputs is ${formatShape([outputs, inputs, 1, 1])}: ` +
      `${outputs}*${inputs} = ${outputs * inputs} numbers.`
    );
  }
  return "The rank says what is shared: one set per sample needs the batch as its first axis, a shared set has none.";
}

function checkBias(where: string, { shape }: Tensor, batch: number, outputs: number): void {
  if (shape.length === 1 && shape[0] === outputs) return;
  if (shape.length === 2 && shape[0] === batch && shape[1] === outputs) return;
  throw new ShapeError({
    where,
    expected: `[${outputs}] shared by the batch, or [${batch},${outputs}] with one set per sample`,
    received: formatShape(shape),
  });
}
