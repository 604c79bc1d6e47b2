import type { Tensor } from "../autograd/tensor.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import type { LayerGradients } from "../kernels/index.js";
import { ofSample, type PixelNetworkPlan } from "./pixel-network-plan.js";
import { gradientFor } from "./result.js";

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
    this.#image = image.requiresGrad ? allocate(image.dtype, image.size) : undefined;
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

  /** In the order of the plan's tensors; with a `scale`, multiplied by it into arrays of their own. */
  inOrder(scale?: number): (Tensor | undefined)[] {
    const found = [this.#image, ...(this.#weights ?? [])];
    return this.#plan.tensors.map((one, index) => {
      const gradient = found[index];
      if (!one.requiresGrad || gradient === undefined) return undefined;
      return gradientFor(one, scale === undefined ? gradient : gradient.map((value) => value * scale));
    });
  }
}
