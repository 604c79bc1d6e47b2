import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { pixelNetworkBackward, pixelNetworkForward } from "../kernels/index.js";
import { PixelNetworkGradients } from "./pixel-network-gradients.js";
import { type PixelNetworkLayer, planPixelNetwork } from "./pixel-network-plan.js";

export interface PixelNetworkOptions {
  /** Adds the image to the result. Default false. */
  readonly residual?: boolean;
}

/**
 * The same small network at every pixel: 1x1 convolutions with activations between them, as one operation.
 * What lies between its layers is never stored: the backward pass computes it again, tile by tile.
 *
 * @param image [B,C,H,W]
 * @param layers weights shared by the batch or one set a sample; see {@link PixelNetworkLayer}
 * @returns [B,O,H,W], O the outputs of the last layer
 * @throws {ShapeError} when the image is not [B,C,H,W], or a layer does not fit the one before.
 * @throws {ValueError} when there is no layer, an activation is unknown, or dtypes differ.
 */
export function pixelNetwork(
  image: Tensor,
  layers: readonly PixelNetworkLayer[],
  { residual = false }: PixelNetworkOptions = {},
): Tensor {
  const plan = planPixelNetwork("pixelNetwork", image, layers, residual);
  const { batch, inputs, outputs, pixels } = plan;
  const data = allocate(image.dtype, batch * outputs * pixels);
  const planesOf = (planes: FloatArray, sample: number, channels: number): FloatArray =>
    planes.subarray(sample * channels * pixels, (sample + 1) * channels * pixels);
  pixelNetworkForward(
    Array.from({ length: batch }, (_, sample) => ({
      network: plan.networkOf(sample),
      image: planesOf(image.data, sample, inputs),
      pixels,
      output: planesOf(data, sample, outputs),
    })),
  );
  return record({
    operation: "pixelNetwork",
    inputs: plan.tensors,
    shape: plan.shape,
    data,
    backward: ({ data: upstream }) => {
      const gradients = new PixelNetworkGradients(plan);
      pixelNetworkBackward(
        Array.from({ length: batch }, (_, sample) => ({
          network: plan.networkOf(sample),
          image: planesOf(image.data, sample, inputs),
          pixels,
          upstream: planesOf(upstream, sample, outputs),
          ...gradients.ofSample(sample),
        })),
      );
      return gradients.inOrder();
    },
  });
}
