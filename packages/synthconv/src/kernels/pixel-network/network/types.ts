/** What a pixel network is, and the calls of its passes. */

import type { Activation } from "../../../core/activations.js";
import type { FloatArray } from "../../../core/index.js";
import type { PixelLossName } from "./losses.js";

/** One 1x1 convolution and its activation. I inputs (channels in), O outputs (channels out). */
export interface PixelLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** [O, I]. */
  readonly weight: FloatArray;
  /** [O]. */
  readonly bias: FloatArray | undefined;
  readonly activation: Activation;
  /** Slope of leakyRelu below zero; 0.01 where it is left out. */
  readonly negativeSlope?: number | undefined;
}

/** A stack of 1x1 convolutions: every pixel goes through the same small network. */
export interface PixelNetwork {
  /** At least one; each takes as many inputs as the one before it has outputs. */
  readonly layers: readonly PixelLayer[];
  /** Adds the image to the output; the last layer then has as many outputs as the first has inputs. */
  readonly residual: boolean;
}

/** Gradients of one layer, added to what the arrays hold: sums over pixels are float64. */
export interface LayerGradients {
  /** [O, I]. */
  readonly weight: Float64Array;
  /** [O]; undefined where the layer has no bias or its gradient is not wanted. */
  readonly bias: Float64Array | undefined;
}

/** An image of one sample: `pixels` values of channel 0, then of channel 1, and so on. */
export interface PixelNetworkInput {
  readonly network: PixelNetwork;
  /** [C, P], C the inputs of the first layer. */
  readonly image: FloatArray;
  readonly pixels: number;
}

export interface PixelNetworkForward extends PixelNetworkInput {
  /** [O, P], overwritten. May be the image itself; must not overlap it otherwise. */
  readonly output: FloatArray;
}

export interface PixelNetworkBackward extends PixelNetworkInput {
  /** [O, P]: the gradient of the output. */
  readonly upstream: FloatArray;
  /** [C, P], overwritten. */
  readonly imageGradient?: FloatArray | undefined;
  /** One for each layer. */
  readonly layerGradients?: readonly LayerGradients[] | undefined;
}

export interface PixelNetworkLoss extends PixelNetworkInput {
  /** [O, P]. */
  readonly target: FloatArray;
  readonly loss: PixelLossName;
  /** Of charbonnier, 1e-9 to 1e9; 0.001 where it is left out. */
  readonly epsilon?: number | undefined;
  /** [P]: multiplies the loss of all channels of a pixel. */
  readonly pixelWeight?: FloatArray | undefined;
  /** One for each layer; without them only the loss is calculated. */
  readonly layerGradients?: readonly LayerGradients[] | undefined;
  /** [C, P], overwritten. Costs a second pass and working memory of the output's size, of all samples of a batch. */
  readonly imageGradient?: FloatArray | undefined;
}

/** Channels in and out of a network that `checkInput` accepted. */
export function channelsOf({ layers }: PixelNetwork): { inputs: number; outputs: number } {
  return { inputs: layers[0]?.inputs ?? 0, outputs: layers.at(-1)?.outputs ?? 0 };
}

/**
 * Operations of a forward pass over one pixel; a multiply-add is two. The gradients of the weights cost as much again,
 * and so does the gradient of what a layer reads.
 */
export function operationsPerPixel(
  layers: readonly { readonly inputs: number; readonly outputs: number }[],
): number {
  return layers.reduce((sum, { inputs, outputs }) => sum + 2 * inputs * outputs, 0);
}
