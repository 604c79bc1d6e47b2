/**
 * Floating-point operations of the work that is measured: a multiply-add is 2, biases and activations are not
 * counted. So a share of the ceiling is a little lower than the share of time in which the units were busy.
 */

/** Operations per pixel of a pixel network. */
export interface NetworkFlops {
  readonly forward: number;
  /** Forward, loss, and the gradients of all weights. */
  readonly training: number;
}

/**
 * Forward multiplies each layer's weights once: 2 sum(I O). The gradients of the weights are as much again, and
 * the gradient goes back through every layer but the first: 2 sum(I O) without it. For 3-K-3: 12 K and 30 K.
 *
 * @param channels of the image, of each hidden layer, of the output: `[3, 16, 3]`.
 */
export function networkFlops(channels: readonly number[]): NetworkFlops {
  const products = channels.slice(1).map((outputs, layer) => 2 * outputs * (channels[layer] as number));
  const forward = products.reduce((sum, product) => sum + product, 0);
  const first = products[0] ?? 0;
  return { forward, training: 3 * forward - first };
}

/** Sizes of a convolution with stride 1 whose output is as large as its input. */
export interface ConvolutionSizes {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
  readonly kernel: number;
}

/** Forward and the gradients of image and weight: three times the same products. The padded border counts too. */
export function convolutionFlops(sizes: ConvolutionSizes): number {
  const { batch, inputs, outputs, height, width, kernel } = sizes;
  return 3 * 2 * batch * inputs * outputs * kernel * kernel * height * width;
}

/** How a network is written in tables: 3-16-3. */
export function networkName(channels: readonly number[]): string {
  return channels.join("-");
}
