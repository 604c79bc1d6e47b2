import { type FloatArray, ShapeError, ValueError } from "../../core/index.js";
import { type Activation, activationFunction } from "../activations.js";

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

/** Of r = output - target: r^2, |r|, or sqrt(r^2 + epsilon^2) (Charbonnier et al., ICIP 1994). */
export type PixelLossName = "mse" | "l1" | "charbonnier";

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

export const DEFAULT_EPSILON = 1e-3;

export const pixelLossNames: readonly PixelLossName[] = ["mse", "l1", "charbonnier"];

/** Channels in and out of a network that `checkInput` accepted. */
export function channelsOf({ layers }: PixelNetwork): { inputs: number; outputs: number } {
  return { inputs: layers[0]?.inputs ?? 0, outputs: layers.at(-1)?.outputs ?? 0 };
}

/**
 * Checks a network and the image it is given.
 *
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation, a slope or a number of pixels that is no such number.
 */
export function checkInput(where: string, { network, image, pixels }: PixelNetworkInput): void {
  const { layers, residual } = network;
  if (layers.length === 0) {
    throw new ShapeError({ where, expected: "at least one layer", received: "none" });
  }
  layers.forEach((layer, index) => {
    checkLayer(`${where} layer ${index}`, layer, layers[index - 1]);
  });
  const { inputs, outputs } = channelsOf(network);
  if (residual && inputs !== outputs) {
    throw new ShapeError({
      where: `${where} residual`,
      expected: `as many outputs as inputs, ${inputs}`,
      received: String(outputs),
      repair: "Only a network with equal channels in and out can add its input.",
    });
  }
  if (!Number.isSafeInteger(pixels) || pixels < 0) {
    throw new ValueError({
      where: `${where} pixels`,
      expected: "a whole number of 0 or more",
      received: String(pixels),
    });
  }
  checkPlanes(`${where} image`, image, inputs, pixels);
}

function checkLayer(where: string, layer: PixelLayer, previous: PixelLayer | undefined): void {
  const { inputs, outputs, weight, bias, activation, negativeSlope } = layer;
  for (const [name, size] of Object.entries({ inputs, outputs })) {
    if (Number.isSafeInteger(size) && size > 0) continue;
    throw new ValueError({
      where: `${where} ${name}`,
      expected: "a whole number of 1 or more",
      received: String(size),
    });
  }
  if (previous !== undefined && previous.outputs !== inputs) {
    throw new ShapeError({
      where: `${where} inputs`,
      expected: `the outputs of the layer before it, ${previous.outputs}`,
      received: String(inputs),
    });
  }
  checkLength(`${where} weight`, weight, `${outputs} outputs x ${inputs} inputs`, outputs * inputs);
  checkLength(`${where} bias`, bias, `${outputs} outputs`, outputs);
  activationFunction(`${where} activation`, activation);
  if (negativeSlope !== undefined && !Number.isFinite(negativeSlope)) {
    throw new ValueError({
      where: `${where} negativeSlope`,
      expected: "a finite number",
      received: String(negativeSlope),
    });
  }
}

/** @throws {ShapeError} when there is not one entry of the right sizes for every layer. */
export function checkLayerGradients(
  where: string,
  { layers }: PixelNetwork,
  gradients: readonly LayerGradients[] | undefined,
): void {
  if (gradients === undefined) return;
  if (gradients.length !== layers.length) {
    throw new ShapeError({
      where: `${where} layerGradients`,
      expected: `one entry for each of the ${layers.length} layers`,
      received: String(gradients.length),
    });
  }
  gradients.forEach(({ weight, bias }, index) => {
    const { inputs, outputs } = layers[index] as PixelLayer;
    const layerWhere = `${where} layerGradients ${index}`;
    checkLength(`${layerWhere} weight`, weight, `${outputs} outputs x ${inputs} inputs`, outputs * inputs);
    checkLength(`${layerWhere} bias`, bias, `${outputs} outputs`, outputs);
  });
}

/** @throws {ShapeError} when an array that is given is not [channels, pixels]. */
export function checkPlanes(
  where: string,
  data: FloatArray | undefined,
  channels: number,
  pixels: number,
): void {
  checkLength(where, data, `${channels} channels x ${pixels} pixels`, channels * pixels);
}

function checkLength(where: string, data: FloatArray | undefined, arithmetic: string, length: number): void {
  if (data === undefined || data.length === length) return;
  throw new ShapeError({
    where,
    expected: `${arithmetic} = ${length} numbers`,
    received: String(data.length),
  });
}
