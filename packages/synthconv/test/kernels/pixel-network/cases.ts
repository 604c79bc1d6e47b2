/** Random pixel networks and images for the tests, the same on every run. */

import { normalNumbers } from "../../../../../test-support/numbers.js";
import type { Activation } from "../../../src/core/activations.js";
import {
  type LayerGradients,
  type PixelLayer,
  type PixelNetwork,
  pixelNetworkForward,
} from "../../../src/kernels/index.js";

export interface NetworkShape {
  /** Channels before, between and after the layers: `[3, 16, 3]`. */
  readonly channels: readonly number[];
  /** Of every layer but the last, which has none; or of each. */
  readonly activation: Activation | readonly Activation[];
  readonly negativeSlope?: number;
  readonly bias?: boolean;
  readonly residual?: boolean;
}

export function randomNetwork(shape: NetworkShape, purpose = ""): PixelNetwork {
  const { channels, activation, negativeSlope, bias = true, residual = false } = shape;
  const layers = channels.slice(1).map((outputs, index): PixelLayer => {
    const inputs = channels[index] as number;
    return {
      inputs,
      outputs,
      weight: normalNumbers(inputs * outputs, `${purpose}weight ${index}`).map(
        (value) => value / Math.sqrt(inputs),
      ),
      bias: bias ? normalNumbers(outputs, `${purpose}bias ${index}`) : undefined,
      activation: activationOf(activation, index, channels.length - 2),
      negativeSlope,
    };
  });
  return { layers, residual };
}

function activationOf(activation: NetworkShape["activation"], index: number, last: number): Activation {
  if (typeof activation !== "string") return activation[index] ?? "none";
  return index === last ? "none" : activation;
}

/** What a shape is called in the title of a test. */
export function shapeTitle({
  channels,
  activation,
  negativeSlope,
  bias = true,
  residual = false,
}: NetworkShape): string {
  const names = typeof activation === "string" ? activation : activation.join(" ");
  const slope = negativeSlope === undefined ? "" : ` ${negativeSlope}`;
  return `${channels.join("-")} ${names}${slope}${bias ? "" : ", no bias"}${residual ? ", residual" : ""}`;
}

/** The same network in float64, which always runs on the reference. */
export function inFloat64({ layers, residual }: PixelNetwork): PixelNetwork {
  return {
    residual,
    layers: layers.map((layer) => ({
      ...layer,
      weight: Float64Array.from(layer.weight),
      bias: layer.bias && Float64Array.from(layer.bias),
    })),
  };
}

export function forward(network: PixelNetwork, image: Float32Array | Float64Array, pixels: number) {
  const length = (network.layers.at(-1)?.outputs ?? 0) * pixels;
  const output = image instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  pixelNetworkForward({ network, image, pixels, output });
  return output;
}

export function zeroGradients({ layers }: PixelNetwork): LayerGradients[] {
  return layers.map(({ weight, outputs, bias }) => ({
    weight: new Float64Array(weight.length),
    bias: bias && new Float64Array(outputs),
  }));
}
