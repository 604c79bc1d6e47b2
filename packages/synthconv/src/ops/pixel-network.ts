import { checkMemory } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { allocateUnset, allocateZeros, type DType, type FloatArray } from "../core/float-array.js";
import { BOOLEAN, optional } from "../core/kinds.js";
import { allocateResult } from "../core/results.js";
import type { LayerGradients } from "../kernels/pixel-network/index.js";
import { backward, forward } from "../kernels/pixel-network/run.js";
import {
  ofSample,
  type PixelNetworkLayer,
  type PixelNetworkPlan,
  planesOf,
  planPixelNetwork,
} from "./pixel-network-plan.js";

export interface PixelNetworkOptions {
  /** Adds the image to the result. Default false. */
  readonly residual?: boolean;
}

export const PIXEL_NETWORK_OPTIONS: Fields<PixelNetworkOptions> = { residual: optional(BOOLEAN) };

/**
 * The same small network at every pixel: 1x1 convolutions with activations between them, as one operation.
 * What lies between its layers is never stored: the backward pass computes it again, tile by tile.
 *
 * @param image [B,C,H,W]
 * @param layers weights shared by the batch or one set per sample; see {@link PixelNetworkLayer}
 * @returns [B,O,H,W], O the outputs of the last layer
 * @throws {ShapeError} when the image is not [B,C,H,W], or a layer does not fit the one before.
 * @throws {ValueError} when there is no layer, an activation is unknown, or dtypes differ.
 */
export function pixelNetwork(
  image: Tensor,
  layers: readonly PixelNetworkLayer[],
  options: PixelNetworkOptions = {},
): Tensor {
  checkOptions("pixelNetwork", options, PIXEL_NETWORK_OPTIONS);
  const { residual = false } = options;
  const plan = planPixelNetwork("pixelNetwork", image, layers, residual);
  const { batch, inputs, outputs, pixels } = plan;
  const data = allocateResult(image.dtype, batch * outputs * pixels);
  forward(
    Array.from({ length: batch }, (_, sample) => ({
      network: plan.networkOf(sample),
      image: planesOf(plan, numbersOf(image), sample, inputs),
      pixels,
      output: planesOf(plan, data, sample, outputs),
    })),
  );
  return record({
    operation: "pixelNetwork",
    inputs: plan.tensors,
    shape: plan.shape,
    data,
    settings: plan.settings,
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      checkMemory("pixelNetwork backward", plan.tensors);
      const gradients = new PixelNetworkGradients(plan);
      backward(
        Array.from({ length: batch }, (_, sample) => ({
          network: plan.networkOf(sample),
          image: planesOf(plan, numbersOf(image), sample, inputs),
          pixels,
          upstream: planesOf(plan, upstream, sample, outputs),
          ...gradients.ofSample(sample),
        })),
      );
      return gradients.inOrder();
    },
  });
}

/**
 * Gradients of a pixel network while the samples of a batch add to them: of the weights and biases in
 * float64, of the image in its dtype. Only what the tape needs is there.
 */
export class PixelNetworkGradients {
  readonly #plan: PixelNetworkPlan;
  readonly #image: FloatArray | undefined;
  /** One for every tensor of the plan behind the image, or none at all when all of them are constants. */
  readonly #weights: readonly Float64Array[] | undefined;

  constructor(plan: PixelNetworkPlan) {
    const [image, ...weights] = plan.tensors as readonly [Tensor, ...Tensor[]];
    this.#plan = plan;
    this.#image = image.requiresGrad ? allocateZeros(image.dtype, image.size) : undefined;
    this.#weights = weights.some(({ requiresGrad }) => requiresGrad)
      ? weights.map(({ size }) => new Float64Array(size))
      : undefined;
  }

  /** Where the kernel leaves the gradients of one sample: shared weights give all samples the same place. */
  ofSample(sample: number): {
    layerGradients: readonly LayerGradients[] | undefined;
    imageGradient: FloatArray | undefined;
  } {
    const { layers, inputs, pixels } = this.#plan;
    let next = 0;
    const part = (one: Tensor, sharedRank: number): Float64Array =>
      ofSample((this.#weights as readonly Float64Array[])[next++] as Float64Array, one, sharedRank, sample);
    return {
      layerGradients:
        this.#weights &&
        layers.map(({ weight, bias }) => ({ weight: part(weight, 4), bias: bias && part(bias, 1) })),
      imageGradient: this.#image?.subarray(sample * inputs * pixels, (sample + 1) * inputs * pixels),
    };
  }

  /** In the order of the plan's tensors, times a `scale`: those of weights in arrays of their own. */
  inOrder(scale = 1): (Tensor | undefined)[] {
    const found = [this.#image, ...(this.#weights ?? [])];
    return this.#plan.tensors.map((one, index) => {
      const gradient = found[index];
      if (!one.requiresGrad || gradient === undefined) return undefined;
      const isReady = gradient === this.#image && scale === 1;
      const data = isReady ? gradient : scaled(gradient, scale, one.dtype);
      return new Tensor({ shape: one.shape, data });
    });
  }
}

/** In one pass: a list of products that was converted afterwards took a third of a small look's walk back. */
function scaled(numbers: FloatArray, scale: number, dtype: DType): FloatArray {
  const result = allocateUnset(dtype, numbers.length);
  for (let i = 0; i < result.length; i++) result[i] = (numbers[i] as number) * scale;
  return result;
}
