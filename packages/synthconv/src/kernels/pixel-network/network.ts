import { ShapeError, ValueError } from "../../core/errors.js";
import type { FloatArray } from "../../core/float-array.js";

/** Definitions are PyTorch's: gelu is the exact one, softplus has beta 1. */
export type Activation = "none" | "relu" | "leakyRelu" | "silu" | "gelu" | "tanh" | "sigmoid" | "softplus";

/** A 1x1 convolution and what follows it. */
export interface PixelLayer {
  /** I. */
  readonly inputs: number;
  /** O. */
  readonly outputs: number;
  /** `[O,I]`. */
  readonly weight: FloatArray;
  /** `[O]`. */
  readonly bias?: FloatArray | undefined;
  readonly activation: Activation;
  /** Slope of leakyRelu below 0. Default 0.01. */
  readonly negativeSlope?: number | undefined;
}

/** A stack of 1x1 convolutions: the same small network at every pixel. */
export interface PixelNetwork {
  readonly layers: readonly PixelLayer[];
  /** Adds the image to the output. */
  readonly residual: boolean;
}

export type PixelLoss = "mse" | "l1" | "charbonnier";

/** Gradients of one layer; added to, in float64. */
export interface LayerGradient {
  /** `[O,I]`. */
  readonly weight: Float64Array;
  /** `[O]`; needed when the layer has a bias. */
  readonly bias?: Float64Array | undefined;
}

export interface ForwardCall {
  readonly network: PixelNetwork;
  /** One sample, planar: `[I,P]`. */
  readonly image: FloatArray;
  /** P. */
  readonly pixels: number;
  /** `[O,P]`, overwritten. */
  readonly output: FloatArray;
}

export interface BackwardCall {
  readonly network: PixelNetwork;
  /** `[I,P]`. */
  readonly image: FloatArray;
  readonly pixels: number;
  /** Gradient of the output, `[O,P]`. */
  readonly upstream: FloatArray;
  /** One a layer. */
  readonly layerGradients?: readonly LayerGradient[] | undefined;
  /** `[I,P]`, overwritten. */
  readonly imageGradient?: FloatArray | undefined;
}

export interface LossCall {
  readonly network: PixelNetwork;
  /** `[I,P]`. */
  readonly image: FloatArray;
  /** `[O,P]`. */
  readonly target: FloatArray;
  readonly pixels: number;
  readonly loss: PixelLoss;
  /** Charbonnier: sqrt(difference^2 + epsilon^2). Default 1e-3. */
  readonly epsilon?: number | undefined;
  /** Factor of each pixel's loss, `[P]`. */
  readonly pixelWeight?: FloatArray | undefined;
  readonly layerGradients?: readonly LayerGradient[] | undefined;
  readonly imageGradient?: FloatArray | undefined;
}

/**
 * @throws {ShapeError} when the layers do not follow one another or an array is not as long as they say.
 * @throws {ValueError} when there is no layer.
 */
export function checkNetwork({ layers, residual }: PixelNetwork): void {
  const [first] = layers;
  const last = layers.at(-1);
  if (first === undefined || last === undefined) {
    throw new ValueError({ where: "pixelNetwork", expected: "at least one layer", received: "none" });
  }
  layers.forEach(({ inputs, outputs, weight, bias }, index) => {
    const before = layers[index - 1];
    const where = `pixelNetwork layer ${index}`;
    if (before !== undefined && before.outputs !== inputs) {
      throw new ShapeError({
        where,
        expected: `${before.outputs} inputs, the outputs of the layer before`,
        received: `${inputs}`,
      });
    }
    checkLength(`${where} weight`, weight, outputs * inputs, `${outputs} x ${inputs}`);
    if (bias !== undefined) checkLength(`${where} bias`, bias, outputs, `${outputs}`);
  });
  if (residual && first.inputs !== last.outputs) {
    throw new ShapeError({
      where: "pixelNetwork residual",
      expected: `as many outputs as inputs (${first.inputs})`,
      received: `${last.outputs}`,
    });
  }
}

export function checkPlanes(where: string, planes: FloatArray, channels: number, pixels: number): void {
  checkLength(where, planes, channels * pixels, `${channels} x ${pixels} pixels`);
}

function checkLength(where: string, data: FloatArray, length: number, product: string): void {
  if (data.length === length) return;
  throw new ShapeError({ where, expected: `${length} numbers (${product})`, received: `${data.length}` });
}
