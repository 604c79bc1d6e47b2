/** Stacks of 1x1 convolutions: how they are described, drawn and built, for the forms that take one. */
import type { Activation, LayerGradients, PixelNetwork } from "../library.js";
import { activationNames } from "../library.js";
import type { Random } from "../random.js";
import { absolute, type FamilyName, inFloat64, valuesOf } from "../values.js";

export type NetworkFields = {
  /** Before, between and after the layers: `[3, 16, 3]`. */
  readonly channels: readonly number[];
  /** One for each layer. */
  readonly activations: readonly Activation[];
  /** Of leakyRelu. */
  readonly slope: number;
  readonly biases: boolean;
  readonly residual: boolean;
  readonly weight: FamilyName;
};

export const simplestNetwork: NetworkFields = {
  channels: [1, 1],
  activations: ["none"],
  slope: 0.5,
  biases: false,
  residual: false,
  weight: "whole numbers",
};

// Of the fused kernel and of the layer stack; the others run on the reference.
export const simpleActivations: readonly Activation[] = ["none", "relu", "leakyRelu"];

/** Of the layer stack alone. */
export const stackActivations: readonly Activation[] = [...simpleActivations, "tanh"];

export function isSound({ channels, activations, residual }: NetworkFields): boolean {
  const isWhole = channels.length >= 2 && activations.length === channels.length - 1;
  return isWhole && channels.every((count) => count >= 1) && (!residual || channels[0] === channels.at(-1));
}

/** Multiply-adds a pixel. */
export function weightsOf({ channels }: NetworkFields): number {
  return channels.slice(1).reduce((sum, outputs, layer) => sum + outputs * (channels[layer] as number), 0);
}

/** Calls functions of Math, whose last bit differs between engines. */
export function callsMath({ activations }: NetworkFields): boolean {
  return !activations.every((name) => simpleActivations.includes(name));
}

/** Of each network: 3-K-3 as looks have it, or layers of any number and width. */
export function drawNetwork(random: Random, ends?: readonly [number, number]): Omit<NetworkFields, "weight"> {
  const options = {
    slope: random.pick([0.01, 0, 0.25, 0.5, 1, random.uniform(), random.chance(0.5) ? -0.5 : 2]),
    biases: random.chance(0.7),
  };
  if (random.chance(0.4)) {
    const activation = random.pick(simpleActivations);
    const channels = [3, random.axis(40), 3];
    return { channels, activations: [activation, "none"], residual: random.chance(0.4), ...options };
  }
  const layers = random.chance(0.05) ? random.integer(6, 9) : random.integer(1, 5);
  const residual = random.chance(0.3);
  const first = ends?.[0] ?? random.axis(16);
  const last = ends?.[1] ?? (residual ? first : random.axis(16));
  const widths = Array.from({ length: layers - 1 }, () => random.axis(24));
  const names = random.chance(0.25) ? activationNames : simpleActivations;
  const activations = Array.from({ length: layers }, () => random.pick(names));
  return { channels: [first, ...widths, last], activations, residual, ...options };
}

/** @param sample whose network of a batch. */
export function networkOf(one: NetworkFields, seed: number, sample = 0): PixelNetwork {
  const { channels, activations, slope, biases, residual, weight: family } = one;
  const layers = activations.map((activation, index) => {
    const [inputs, outputs] = [channels[index] as number, channels[index + 1] as number];
    // A power of two, so that whole numbers stay exact, of which outputs keep the size of inputs.
    const scale = 2 ** -Math.round(Math.log2(inputs) / 2);
    const weight = valuesOf(family, seed, `weight ${index} of ${sample}`, inputs * outputs, inputs);
    return {
      inputs,
      outputs,
      weight: weight.map((value) => value * scale),
      bias: biases ? valuesOf(family, seed, `bias ${index} of ${sample}`, outputs, 1) : undefined,
      activation,
      negativeSlope: slope,
    };
  });
  return { layers, residual };
}

/** The same network in float64, which always runs on the reference. */
export function inFloat64Network({ layers, residual }: PixelNetwork): PixelNetwork {
  return {
    residual,
    layers: layers.map((layer) => ({
      ...layer,
      weight: inFloat64(layer.weight as Float32Array),
      bias: layer.bias && inFloat64(layer.bias as Float32Array),
    })),
  };
}

/**
 * The network whose outputs are the sums of the sizes of the terms: weights without signs, and in place of activations a
 * factor that is at least their slope. Every activation is at most max(|z|, 1).
 */
export function termsNetwork({ layers, residual }: PixelNetwork): PixelNetwork {
  return {
    residual,
    layers: layers.map((layer) => {
      const { activation, negativeSlope = 0 } = layer;
      const steepest = activation === "leakyRelu" ? Math.max(1, Math.abs(negativeSlope)) : STEEPEST;
      const isSmooth = !simpleActivations.includes(activation);
      const bias = absolute((layer.bias ?? new Float32Array(layer.outputs)) as Float32Array);
      return {
        ...layer,
        weight: absolute(layer.weight as Float32Array).map((value) => value * steepest),
        bias: bias.map((value) => (value + (isSmooth ? 1 : 0)) * steepest),
        activation: "none",
      };
    }),
  };
}

// The slope of gelu and of silu is at most 1.13 and 1.1.
const STEEPEST = 1.13;

export function zeroGradients({ layers }: PixelNetwork): LayerGradients[] {
  return layers.map(({ weight, outputs, bias }) => ({
    weight: new Float64Array(weight.length),
    bias: bias && new Float64Array(outputs),
  }));
}

/** Under the names `weight 0`, `bias 0`, `weight 1` and so on. */
export function namedGradients(gradients: readonly LayerGradients[], of = ""): Record<string, Float64Array> {
  const named: Record<string, Float64Array> = {};
  gradients.forEach(({ weight, bias }, index) => {
    named[`weight ${index}${of}`] = weight;
    if (bias !== undefined) named[`bias ${index}${of}`] = bias;
  });
  return named;
}
