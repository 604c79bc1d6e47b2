/**
 * The meaning of a pixel network, one pixel at a time in float64 whatever the arrays hold. Slow on purpose:
 * the kernels are held against it, and it runs what they do not cover.
 */
import { type ActivationFunction, activationFunction } from "./activation.js";
import type { BackwardCall, ForwardCall, LossCall, PixelLayer, PixelNetwork } from "./network.js";

interface LayerState {
  readonly layer: PixelLayer;
  readonly activation: ActivationFunction;
  /** What the layer reads, `[I]`. */
  readonly input: Float64Array;
  /** Before the activation, `[O]`. */
  readonly sum: Float64Array;
  /** After it, `[O]`: the next layer's input. */
  readonly output: Float64Array;
}

export function referenceForward({ network, image, pixels, output }: ForwardCall): void {
  const states = layerStates(network);
  const last = states.at(-1) as LayerState;
  for (let pixel = 0; pixel < pixels; pixel++) {
    runPixel(states, network.residual, image, pixels, pixel);
    last.output.forEach((value, channel) => {
      output[channel * pixels + pixel] = value;
    });
  }
}

export function referenceBackward(call: BackwardCall): void {
  const { network, image, pixels, upstream } = call;
  const states = layerStates(network);
  const outputGradient = new Float64Array((states.at(-1) as LayerState).output.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    runPixel(states, network.residual, image, pixels, pixel);
    for (let channel = 0; channel < outputGradient.length; channel++) {
      outputGradient[channel] = upstream[channel * pixels + pixel] as number;
    }
    pullBackPixel(states, call, outputGradient, pixel);
  }
}

/** The sum of the loss over all entries (pixel weights included), and the gradients of that sum. */
export function referenceLoss(call: LossCall): number {
  const { network, image, target, pixels, pixelWeight } = call;
  const states = layerStates(network);
  const last = states.at(-1) as LayerState;
  const entryLoss = entryLossOf(call);
  const outputGradient = new Float64Array(last.output.length);
  let total = 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    runPixel(states, network.residual, image, pixels, pixel);
    const weight = pixelWeight === undefined ? 1 : (pixelWeight[pixel] as number);
    for (let channel = 0; channel < outputGradient.length; channel++) {
      const difference = (last.output[channel] as number) - (target[channel * pixels + pixel] as number);
      total += weight * entryLoss.value(difference);
      outputGradient[channel] = weight * entryLoss.derivative(difference);
    }
    pullBackPixel(states, call, outputGradient, pixel);
  }
  return total;
}

function layerStates({ layers }: PixelNetwork): LayerState[] {
  let input: Float64Array | undefined;
  return layers.map((layer) => {
    const state = {
      layer,
      activation: activationFunction(layer),
      input: input ?? new Float64Array(layer.inputs),
      sum: new Float64Array(layer.outputs),
      output: new Float64Array(layer.outputs),
    };
    input = state.output;
    return state;
  });
}

function runPixel(
  states: readonly LayerState[],
  residual: boolean,
  image: ArrayLike<number>,
  pixels: number,
  pixel: number,
): void {
  const first = (states[0] as LayerState).input;
  for (let channel = 0; channel < first.length; channel++) {
    first[channel] = image[channel * pixels + pixel] as number;
  }
  for (const { layer, activation, input, sum, output } of states) {
    for (let to = 0; to < layer.outputs; to++) {
      let total = layer.bias === undefined ? 0 : (layer.bias[to] as number);
      for (let from = 0; from < layer.inputs; from++) {
        total += (layer.weight[to * layer.inputs + from] as number) * (input[from] as number);
      }
      sum[to] = total;
      output[to] = activation.value(total);
    }
  }
  if (!residual) return;
  const { output } = states.at(-1) as LayerState;
  for (let channel = 0; channel < output.length; channel++) {
    output[channel] = (output[channel] as number) + (first[channel] as number);
  }
}

/** Adds this pixel's share to the layers' gradients and writes its image gradient. */
function pullBackPixel(
  states: readonly LayerState[],
  { network, pixels, layerGradients, imageGradient }: Omit<BackwardCall, "upstream">,
  outputGradient: Float64Array,
  pixel: number,
): void {
  let gradient = outputGradient;
  for (let index = states.length - 1; index >= 0; index--) {
    const { layer, activation, input, sum } = states[index] as LayerState;
    const sink = layerGradients?.[index];
    const inputGradient = new Float64Array(layer.inputs);
    for (let to = 0; to < layer.outputs; to++) {
      const slope = (gradient[to] as number) * activation.derivative(sum[to] as number);
      if (sink?.bias !== undefined) sink.bias[to] = (sink.bias[to] as number) + slope;
      for (let from = 0; from < layer.inputs; from++) {
        const at = to * layer.inputs + from;
        if (sink !== undefined)
          sink.weight[at] = (sink.weight[at] as number) + slope * (input[from] as number);
        inputGradient[from] = (inputGradient[from] as number) + slope * (layer.weight[at] as number);
      }
    }
    gradient = inputGradient;
  }
  if (imageGradient === undefined) return;
  for (let channel = 0; channel < gradient.length; channel++) {
    const direct = network.residual ? (outputGradient[channel] as number) : 0;
    imageGradient[channel * pixels + pixel] = (gradient[channel] as number) + direct;
  }
}

/** The loss of one difference and its derivative. */
function entryLossOf({ loss, epsilon = 1e-3 }: LossCall): {
  value: (difference: number) => number;
  derivative: (difference: number) => number;
} {
  switch (loss) {
    case "mse":
      return { value: (d) => d * d, derivative: (d) => 2 * d };
    case "l1":
      return { value: Math.abs, derivative: Math.sign };
    case "charbonnier":
      return {
        value: (d) => Math.sqrt(d * d + epsilon * epsilon),
        derivative: (d) => d / Math.sqrt(d * d + epsilon * epsilon),
      };
  }
}
