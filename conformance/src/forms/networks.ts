/** Random stacks of 1x1 convolutions for the forms that take one. */
import type { Activation } from "../../../packages/synthconv/dist/core/activations.js";
import type { LayerGradients, PixelNetwork } from "../../../packages/synthconv/dist/kernels/index.js";
import { inFloat64, mostlyPositive, signed } from "../numbers.js";

export interface NetworkShape {
  /** Channels before, between and after the layers: `[3, 16, 3]`. */
  readonly channels: readonly number[];
  /** One for all layers but the last, which has none, or one for each layer. */
  readonly activation: Activation | readonly Activation[];
  readonly negativeSlope?: number;
  readonly bias?: boolean;
  readonly residual?: boolean;
}

export function titleOf({
  channels,
  activation,
  negativeSlope,
  bias = true,
  residual,
}: NetworkShape): string {
  const slope = negativeSlope === undefined ? "" : ` ${negativeSlope}`;
  const name = typeof activation === "string" ? activation : activation.join(" ");
  return `${channels.join("-")} ${name}${slope}${bias ? "" : ", no bias"}${residual ? ", residual" : ""}`;
}

/** Other activations than these call functions of Math. */
export function isEngineBound({ activation }: NetworkShape): boolean {
  return ![activation].flat().every((name) => name === "none" || name === "relu" || name === "leakyRelu");
}

/** @param sample whose network of a batch. */
export function randomNetwork(shape: NetworkShape, sample = 0): PixelNetwork {
  const { channels, activation, negativeSlope, bias = true, residual = false } = shape;
  const last = channels.length - 2;
  const activationAt = (index: number): Activation => {
    if (typeof activation !== "string") return activation[index] as Activation;
    return index === last ? "none" : activation;
  };
  const layers = channels.slice(1).map((outputs, index) => {
    const inputs = channels[index] as number;
    // The first layer sees both sides of relu. The gradient that later layers hand down is a sum over their
    // outputs: of both signs evenly it may cancel, and then has no digits left to compare.
    const draw = index === 0 ? signed : mostlyPositive;
    return {
      inputs,
      outputs,
      weight: draw(inputs * outputs, `weight ${index} of ${sample}`).map(
        (value) => value / Math.sqrt(inputs),
      ),
      bias: bias ? signed(outputs, `bias ${index} of ${sample}`) : undefined,
      activation: activationAt(index),
      negativeSlope,
    };
  });
  return { layers, residual };
}

/** The same network in float64, which always runs on the reference. */
export function networkInFloat64({ layers, residual }: PixelNetwork): PixelNetwork {
  const cast = (values: PixelNetwork["layers"][number]["weight"]) => inFloat64(values as Float32Array);
  return {
    residual,
    layers: layers.map((layer) => ({
      ...layer,
      weight: cast(layer.weight),
      bias: layer.bias && cast(layer.bias),
    })),
  };
}

export function zeroGradients({ layers }: PixelNetwork): LayerGradients[] {
  return layers.map(({ weight, outputs, bias }) => ({
    weight: new Float64Array(weight.length),
    bias: bias && new Float64Array(outputs),
  }));
}

/** Under the names `weight 0`, `bias 0`, `weight 1` and so on. */
export function namedGradients(gradients: readonly LayerGradients[]): Record<string, Float64Array> {
  const named: Record<string, Float64Array> = {};
  gradients.forEach(({ weight, bias }, index) => {
    named[`weight ${index}`] = weight;
    if (bias !== undefined) named[`bias ${index}`] = bias;
  });
  return named;
}
