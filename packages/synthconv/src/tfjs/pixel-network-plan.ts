import { ACTIVATION, type Activation } from "../core/activations.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { FINITE, type Kind, kind, listOf, optional } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import type { PixelNetwork } from "../kernels/pixel-network/index.js";
import { TFJS_TENSOR, type TfjsTensor } from "./tensorflow.js";

/** A 1x1 convolution whose weights are values: variables, or what another network computed a moment ago. */
export interface TfjsPixelLayer {
  /** `[I,O]` or `[1,1,I,O]` shared by the batch; `[B,I,O]` or `[B,1,1,I,O]`, one set per sample. */
  readonly weight: TfjsTensor;
  /** `[O]` shared by the batch, or `[B,O]`. */
  readonly bias?: TfjsTensor | undefined;
  /** Default none. */
  readonly activation?: Activation | undefined;
  /** Slope of leakyRelu below 0. Default 0.01. */
  readonly negativeSlope?: number | undefined;
}

const LAYER: Fields<TfjsPixelLayer> = {
  weight: TFJS_TENSOR,
  bias: optional(TFJS_TENSOR),
  activation: optional(ACTIVATION),
  negativeSlope: optional(FINITE),
};
const LAYERS: Kind<readonly TfjsPixelLayer[]> = listOf(
  kind("a layer", isPlainObject),
  "a list of layers { weight, bias, activation }",
  (value) => (isPlainObject(value) ? "Write a list: [{ weight, bias, activation }]." : undefined),
);

/** A weight or a bias: its place among the tensors, and whether each sample has its own. */
interface Slot {
  readonly index: number;
  /** Numbers of one set. */
  readonly size: number;
  readonly perSample: boolean;
}

export interface PlannedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Slot;
  readonly bias: Slot | undefined;
  readonly activation: Activation;
  readonly negativeSlope: number | undefined;
}

export interface TfjsPixelPlan {
  readonly layers: readonly PlannedLayer[];
  readonly residual: boolean;
  readonly batch: number;
  /** H W of one image. */
  readonly pixels: number;
  readonly inputs: number;
  readonly outputs: number;
  /** [B,H,W,O]. */
  readonly shape: [number, number, number, number];
  /** The image, then each layer's weight and, where it has one, its bias. */
  readonly tensors: readonly TfjsTensor[];
}

/**
 * @throws {ShapeError} when the image is not [B,H,W,C], or a layer does not fit the one before.
 * @throws {ValueError} when there is no layer, an activation is unknown, or a tensor is not float32.
 */
export function planPixelNetwork(
  where: string,
  image: TfjsTensor,
  layers: readonly TfjsPixelLayer[],
  residual: boolean,
): TfjsPixelPlan {
  check(where, "image", image, TFJS_TENSOR);
  check(where, "layers", layers, LAYERS);
  for (const [index, layer] of layers.entries())
    checkOptions(where, layer, LAYER, { name: `layer ${index}` });
  const [batch, height, width, inputs] = checkImage(where, image);
  if (layers.length === 0) throw new ValueError({ where, expected: "at least one layer", received: "none" });
  const tensors = [image];
  const planned: PlannedLayer[] = [];
  let channels = inputs;
  layers.forEach((layer, index) => {
    const one = planLayer(`${where} layer ${index}`, layer, { batch, inputs: channels, tensors });
    planned.push(one);
    channels = one.outputs;
  });
  if (residual && channels !== inputs) {
    throw new ShapeError({
      where: `${where} residual`,
      expected: `as many output channels as the image has (${inputs})`,
      received: String(channels),
      repair: "Change the last layer, or leave residual off.",
    });
  }
  const shape: [number, number, number, number] = [batch, height, width, channels];
  return {
    ...{ layers: planned, residual, batch, pixels: height * width },
    ...{ inputs, outputs: channels, shape, tensors },
  };
}

/** The part of a tensor's numbers that one sample uses. */
export function ofSample<Data extends Float32Array | Float64Array>(
  data: Data,
  { size, perSample }: Slot,
  sample: number,
): Data {
  const start = perSample ? sample * size : 0;
  return data.subarray(start, start + size) as Data;
}

/** @param numbers of the plan's tensors, in their order; weights are [I,O] here and [O,I] in the kernels. */
export function networkOfSample(
  { layers, residual }: TfjsPixelPlan,
  numbers: readonly Float32Array[],
  sample: number,
): PixelNetwork {
  return {
    residual,
    layers: layers.map(({ inputs, outputs, weight, bias, activation, negativeSlope }) => ({
      ...{ inputs, outputs, activation, negativeSlope },
      weight: transposed(ofSample(numbers[weight.index] as Float32Array, weight, sample), inputs, outputs),
      bias: bias && ofSample(numbers[bias.index] as Float32Array, bias, sample),
    })),
  };
}

function transposed(weight: Float32Array, inputs: number, outputs: number): Float32Array {
  const result = new Float32Array(weight.length);
  for (let from = 0; from < inputs; from++) {
    for (let to = 0; to < outputs; to++) result[to * inputs + from] = weight[from * outputs + to] as number;
  }
  return result;
}

function checkImage(where: string, image: TfjsTensor): [number, number, number, number] {
  checkFloat32(`${where} image`, image, "Make it image.toFloat().div(255), as the network was trained on.");
  if (image.rank === 4) return image.shape as [number, number, number, number];
  throw new ShapeError({
    where: `${where} image`,
    expected: "[B,H,W,C]",
    received: formatShape(image.shape),
    ...(image.rank === 3 && { repair: "Give it a batch axis: image.expandDims(0)." }),
  });
}

interface Surroundings {
  readonly batch: number;
  /** Channels that the layer reads. */
  readonly inputs: number;
  /** The tensors found so far; a layer adds its own. */
  readonly tensors: TfjsTensor[];
}

function planLayer(
  where: string,
  { weight, bias, activation = "none", negativeSlope }: TfjsPixelLayer,
  { batch, inputs, tensors }: Surroundings,
): PlannedLayer {
  checkFloat32(`${where} weight`, weight);
  const perSample = weight.rank === 3 || weight.rank === 5;
  const set = perSample ? weight.shape.slice(1) : weight.shape;
  const [from, outputs = 0] = set.slice(-2);
  const isKernel = set.length === 2 || (set.length === 4 && set[0] === 1 && set[1] === 1);
  if (!isKernel || from !== inputs || outputs < 1 || (perSample && weight.shape[0] !== batch)) {
    throw new ShapeError({
      where: `${where} weight`,
      expected: `[${inputs},O] or [1,1,${inputs},O] shared by the batch, or [${batch},${inputs},O] with one set per sample`,
      received: formatShape(weight.shape),
      repair: weightRepair(weight.shape, batch, inputs),
    });
  }
  const weightSlot = { index: tensors.push(weight) - 1, size: inputs * outputs, perSample };
  const biasSlot = bias && planBias(`${where} bias`, bias, { batch, inputs: outputs, tensors });
  return { inputs, outputs, weight: weightSlot, bias: biasSlot, activation, negativeSlope };
}

function weightRepair(shape: readonly number[], batch: number, inputs: number): string {
  if (shape.length === 2 && shape[0] === batch) {
    return (
      `A generator's output becomes weight.reshape([${batch},${inputs},O]), for which it must emit ${inputs}*O ` +
      "numbers per sample."
    );
  }
  return "TensorFlow.js writes the channels that a layer reads before those that it makes.";
}

function planBias(where: string, bias: TfjsTensor, { batch, inputs, tensors }: Surroundings): Slot {
  checkFloat32(where, bias);
  const perSample = bias.rank === 2;
  const [outputs] = bias.shape.slice(-1);
  const isFitting = perSample ? bias.shape[0] === batch : bias.rank === 1;
  if (!isFitting || outputs !== inputs) {
    throw new ShapeError({
      where,
      expected: `[${inputs}] shared by the batch, or [${batch},${inputs}] with one set per sample`,
      received: formatShape(bias.shape),
    });
  }
  return { index: tensors.push(bias) - 1, size: inputs, perSample };
}

function checkFloat32(where: string, { dtype }: TfjsTensor, repair = "Cast it: tensor.toFloat()."): void {
  if (dtype === "float32") return;
  throw new ValueError({ where, expected: "a float32 tensor", received: dtype, repair });
}
