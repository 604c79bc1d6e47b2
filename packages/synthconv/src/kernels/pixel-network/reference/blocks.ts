/** A block of pixels through a pixel network and back, in float64: what `reference.ts` repeats over an image. */

import { activationFunction, DEFAULT_NEGATIVE_SLOPE } from "../../../core/activations.js";
import type { FloatArray } from "../../../core/index.js";
import type { LayerGradients, PixelLayer, PixelNetwork } from "../network/types.js";

// Measured with 64 to 2048: 512 is within 3 % of the best for 3, 16 and 64 channels; 64 loses up to 15 %.
export const BLOCK = 512;

/** What one block of pixels leaves for the backward pass; rows are BLOCK long. */
interface Trace {
  /** [I, BLOCK], what the layer was given. */
  readonly input: Float64Array;
  /** [O, BLOCK], before the activation. */
  readonly preActivation: Float64Array;
}

export interface Workspace {
  readonly traces: readonly Trace[];
  /** [O, BLOCK] of the last layer, after its activation and the residual. */
  readonly output: Float64Array;
}

export function createWorkspace({ layers }: PixelNetwork): Workspace {
  const traces = layers.map(({ inputs, outputs }) => ({
    input: new Float64Array(inputs * BLOCK),
    preActivation: new Float64Array(outputs * BLOCK),
  }));
  return { traces, output: new Float64Array((layers.at(-1) as PixelLayer).outputs * BLOCK) };
}

export function forwardBlock(
  { layers, residual }: PixelNetwork,
  { traces, output }: Workspace,
  image: FloatArray,
  pixels: number,
  first: number,
  count: number,
): void {
  const imageBlock = (traces[0] as Trace).input;
  copyRowsIn(image, imageBlock, pixels, first, count);
  layers.forEach((layer, index) => {
    const { input, preActivation } = traces[index] as Trace;
    const { inputs, outputs, weight, bias } = layer;
    for (let to = 0; to < outputs; to++) {
      preActivation.fill(bias?.[to] ?? 0, to * BLOCK, to * BLOCK + count);
      for (let from = 0; from < inputs; from++) {
        addScaledRow(preActivation, to, weight[to * inputs + from] as number, input, from, count);
      }
    }
    const { value } = activationFunction("pixelNetwork", layer.activation);
    const slope = layer.negativeSlope ?? DEFAULT_NEGATIVE_SLOPE;
    const result = traces[index + 1]?.input ?? output;
    for (let row = 0; row < result.length; row += BLOCK) {
      for (let pixel = row; pixel < row + count; pixel++) {
        result[pixel] = value(preActivation[pixel] as number, slope);
      }
    }
  });
  if (residual) addRows(output, imageBlock, count);
}

/** Adds to the layers' gradients and returns the image's, [C, BLOCK]. */
export function backwardBlock(
  { layers, residual }: PixelNetwork,
  { traces }: Workspace,
  upstream: Float64Array,
  layerGradients: readonly LayerGradients[] | undefined,
  count: number,
): Float64Array {
  let gradient = upstream.slice();
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index] as PixelLayer;
    const { input, preActivation } = traces[index] as Trace;
    const { derivative } = activationFunction("pixelNetwork", layer.activation);
    const slope = layer.negativeSlope ?? DEFAULT_NEGATIVE_SLOPE;
    for (let row = 0; row < gradient.length; row += BLOCK) {
      for (let entry = row; entry < row + count; entry++) {
        const factor = derivative(preActivation[entry] as number, slope);
        // Where an activation is flat, an infinite gradient stops as well: 0 times infinity would be NaN.
        gradient[entry] = factor === 0 ? 0 : (gradient[entry] as number) * factor;
      }
    }
    const wanted = layerGradients?.[index];
    if (wanted !== undefined) addLayerGradients(layer, wanted, input, gradient, count);
    const inputGradient = new Float64Array(input.length);
    for (let to = 0; to < layer.outputs; to++) {
      for (let from = 0; from < layer.inputs; from++) {
        addScaledRow(
          inputGradient,
          from,
          layer.weight[to * layer.inputs + from] as number,
          gradient,
          to,
          count,
        );
      }
    }
    gradient = inputGradient;
  }
  if (residual) addRows(gradient, upstream, count);
  return gradient;
}

function addLayerGradients(
  { inputs, outputs }: PixelLayer,
  { weight, bias }: LayerGradients,
  input: Float64Array,
  gradient: Float64Array,
  count: number,
): void {
  for (let to = 0; to < outputs; to++) {
    for (let from = 0; from < inputs; from++) {
      let sum = 0;
      for (let pixel = 0; pixel < count; pixel++) {
        sum += (gradient[to * BLOCK + pixel] as number) * (input[from * BLOCK + pixel] as number);
      }
      weight[to * inputs + from] = (weight[to * inputs + from] as number) + sum;
    }
    if (bias === undefined) continue;
    let sum = 0;
    for (let pixel = 0; pixel < count; pixel++) sum += gradient[to * BLOCK + pixel] as number;
    bias[to] = (bias[to] as number) + sum;
  }
}

/** result[row to] += scale * source[row from]. */
function addScaledRow(
  result: Float64Array,
  to: number,
  scale: number,
  source: Float64Array,
  from: number,
  count: number,
): void {
  for (let pixel = 0; pixel < count; pixel++) {
    const entry = to * BLOCK + pixel;
    result[entry] = (result[entry] as number) + scale * (source[from * BLOCK + pixel] as number);
  }
}

function addRows(result: Float64Array, source: Float64Array, count: number): void {
  for (let row = 0; row < result.length / BLOCK; row++) addScaledRow(result, row, 1, source, row, count);
}

export function copyRowsIn(
  planes: FloatArray,
  rows: Float64Array,
  pixels: number,
  first: number,
  count: number,
): void {
  for (let row = 0; row < rows.length / BLOCK; row++) {
    const start = row * pixels + first;
    rows.set(planes.subarray(start, start + count), row * BLOCK);
  }
}

export function copyRowsOut(
  rows: Float64Array,
  planes: FloatArray,
  pixels: number,
  first: number,
  count: number,
): void {
  for (let row = 0; row < rows.length / BLOCK; row++) {
    planes.set(rows.subarray(row * BLOCK, row * BLOCK + count), row * pixels + first);
  }
}
