import type { Tensor } from "../autograd/tensor.js";
import { ShapeError, ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { formatShape } from "../core/shape.js";
import type { Activation, LayerGradient, PixelNetwork } from "../kernels/index.js";
import { checkImage, checkSameDType } from "./check.js";

/** A 1x1 convolution whose weights are values, and what follows it. */
export interface PixelNetworkLayer {
  /** `[O,I,1,1]` shared by the batch, or `[B,O,I,1,1]`, one set a sample. */
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
  readonly batch: number;
  /** Channels of the image. */
  readonly inputs: number;
  /** Channels of the result. */
  readonly outputs: number;
  /** P = H W. */
  readonly pixels: number;
  /** The image, then each layer's weight and, where it has one, its bias. */
  readonly tensors: readonly Tensor[];
  /** The network of one sample. */
  readonly networkOf: (sample: number) => PixelNetwork;
}

/**
 * @throws {ShapeError} when the image is not `[B,C,H,W]` or a layer does not fit the one before.
 * @throws {ValueError} when there is no layer, or dtypes differ.
 */
export function planPixelNetwork(
  where: string,
  image: Tensor,
  layers: readonly PixelNetworkLayer[],
  residual: boolean,
): PixelNetworkPlan {
  if (layers.length === 0) throw new ValueError({ where, expected: "at least one layer", received: "none" });
  checkImage(where, "image", image);
  const tensors = [
    image,
    ...layers.flatMap(({ weight, bias }) => (bias === undefined ? [weight] : [weight, bias])),
  ];
  checkSameDType(where, tensors);
  const [batch, inputs, height, width] = image.shape as [number, number, number, number];
  let channels = inputs;
  const planned = layers.map((layer, index) => {
    const outputs = checkWeight(`${where} layer ${index} weight`, layer.weight, batch, channels);
    if (layer.bias !== undefined) checkBias(`${where} layer ${index} bias`, layer.bias, batch, outputs);
    const sizes = { inputs: channels, outputs };
    channels = outputs;
    return { layer, ...sizes };
  });
  if (residual && channels !== inputs) {
    throw new ShapeError({
      where: `${where} residual`,
      expected: `as many output channels as the image has (${inputs})`,
      received: String(channels),
    });
  }
  const networkOf = (sample: number): PixelNetwork => ({
    residual,
    layers: planned.map(({ layer, inputs: from, outputs: to }) => ({
      inputs: from,
      outputs: to,
      weight: ofSample(layer.weight.data, layer.weight.rank === 5, sample, to * from),
      bias: layer.bias && ofSample(layer.bias.data, layer.bias.rank === 2, sample, to),
      activation: layer.activation ?? "none",
      ...(layer.negativeSlope === undefined ? {} : { negativeSlope: layer.negativeSlope }),
    })),
  });
  return { batch, inputs, outputs: channels, pixels: height * width, tensors, networkOf };
}

/** Gradients of all weights and biases, float64, of the whole batch. */
export class LayerGradients {
  readonly #layers: readonly PixelNetworkLayer[];
  readonly #weights: readonly Float64Array[];
  readonly #biases: readonly (Float64Array | undefined)[];

  constructor(layers: readonly PixelNetworkLayer[]) {
    this.#layers = layers;
    this.#weights = layers.map(({ weight }) => new Float64Array(weight.size));
    this.#biases = layers.map(({ bias }) => bias && new Float64Array(bias.size));
  }

  /** Where the gradients of one sample are added: shared weights give all samples the same place. */
  ofSample({ batch }: PixelNetworkPlan, sample: number): LayerGradient[] {
    return this.#layers.map(({ weight, bias }, index) => ({
      weight: ofSample(
        this.#weights[index] as Float64Array,
        weight.rank === 5,
        sample,
        weight.size / (weight.rank === 5 ? batch : 1),
      ),
      bias:
        bias &&
        ofSample(
          this.#biases[index] as Float64Array,
          bias.rank === 2,
          sample,
          bias.size / (bias.rank === 2 ? batch : 1),
        ),
    }));
  }

  /** In the order of the plan's tensors, without the image. */
  inOrder(): Float64Array[] {
    return this.#weights.flatMap((weight, index) => {
      const bias = this.#biases[index];
      return bias === undefined ? [weight] : [weight, bias];
    });
  }
}

/** One sample's part of an array that holds `size` numbers a sample, or the whole of a shared one. */
export function ofSample<Data extends FloatArray>(
  data: Data,
  isPerSample: boolean,
  sample: number,
  size: number,
): Data {
  return isPerSample ? (data.subarray(sample * size, (sample + 1) * size) as Data) : data;
}

/** @returns the layer's output channels. */
function checkWeight(where: string, { shape }: Tensor, batch: number, inputs: number): number {
  const isPerSample = shape.length === 5;
  const [outputs, from, height, width] = (isPerSample ? shape.slice(1) : shape) as [
    number,
    number,
    number,
    number,
  ];
  const fits = (shape.length === 4 || isPerSample) && from === inputs && height === 1 && width === 1;
  if (fits && (!isPerSample || shape[0] === batch)) return outputs;
  throw new ShapeError({
    where,
    expected: `[O,${inputs},1,1] shared, or [${batch},O,${inputs},1,1] with one set a sample`,
    received: formatShape(shape),
    repair: "Reshape what the generator emits; -1 stands for the batch: reshape(x, [-1, O, I, 1, 1]).",
  });
}

function checkBias(where: string, { shape }: Tensor, batch: number, outputs: number): void {
  if (shape.length === 1 && shape[0] === outputs) return;
  if (shape.length === 2 && shape[0] === batch && shape[1] === outputs) return;
  throw new ShapeError({
    where,
    expected: `[${outputs}] shared, or [${batch},${outputs}] with one set a sample`,
    received: formatShape(shape),
  });
}
