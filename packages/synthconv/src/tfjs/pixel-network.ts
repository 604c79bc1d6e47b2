/** The fused pixel network as an operation of TensorFlow.js: its kernels, under tf's tape. */
import { checkOptions, type Fields } from "../core/arguments.js";
import { GraphError } from "../core/errors.js";
import { allocate } from "../core/float-array.js";
import { BOOLEAN, optional } from "../core/kinds.js";
import { backward as runBackward, forward as runForward } from "../kernels/pixel-network/run.js";
import { readInterleaved, writeInterleaved } from "./interleaved.js";
import {
  networkOfSample,
  ofSample,
  planPixelNetwork,
  type TfjsPixelLayer,
  type TfjsPixelPlan,
} from "./pixel-network-plan.js";
import { checkTensorFlow, type TensorFlow, type TfjsTensor } from "./tensorflow.js";

export interface TfjsPixelNetworkOptions {
  /** Adds the image to the result. Default false. */
  readonly residual?: boolean | undefined;
}

const WHERE = "pixelNetworkTfjs";
const OPTIONS: Fields<TfjsPixelNetworkOptions> = { residual: optional(BOOLEAN) };

/**
 * Pixels that lie as planes at a time: 16 slices for threads to share. One thread loses up to 15 % against 32,768,
 * and with 524,288 it loses 15 to 60 % (a megapixel, 3 - K - 3, K = 3, 16 and 64).
 */
const TILE = 131_072;

/**
 * The same small network at every pixel: 1x1 convolutions with activations between them, as one operation with
 * gradients for the image and for every weight and bias. What lies between its layers is never stored.
 *
 * Weights are values: give each sample weights that another network computed, and their gradient reaches it.
 * The numbers are read with dataSync: at most a copy with the backends cpu, wasm and tensorflow, a wait for the
 * graphics card with webgl; webgpu has none.
 *
 * @param tf the namespace whose tensors these are
 * @param image [B,H,W,C], float32
 * @param layers weights shared by the batch or one set per sample; see {@link TfjsPixelLayer}
 * @returns [B,H,W,O], O the outputs of the last layer
 * @throws {ShapeError} when the image is not [B,H,W,C], or a layer does not fit the one before.
 * @throws {ValueError} when `tf` is left out, there is no layer, an activation is unknown, or a tensor is not float32.
 * @throws {GraphError} when a gradient of its gradient is asked for.
 */
export function pixelNetworkTfjs(
  tf: TensorFlow,
  image: TfjsTensor,
  layers: readonly TfjsPixelLayer[],
  options: TfjsPixelNetworkOptions = {},
): TfjsTensor {
  checkTensorFlow(WHERE, tf);
  checkOptions(WHERE, options, OPTIONS);
  const { residual = false } = options;
  const plan = planPixelNetwork(WHERE, image, layers, residual);
  const operation = tf.customGrad(() => {
    const numbers = plan.tensors.map((tensor) => tensor.dataSync<"float32">());
    return {
      value: tf.tensor(forward(plan, numbers), plan.shape),
      gradFunc: (upstream: TfjsTensor) => {
        refuseSecondDerivative(tf);
        const gradients = backward(plan, numbers, upstream.dataSync<"float32">());
        return gradients.map((gradient, index) => tf.tensor(gradient, plan.tensors[index]?.shape));
      },
    };
  });
  return operation(...plan.tensors);
}

/** Gradients are computed outside of the tape: a gradient of them would be wrong without a word. */
function refuseSecondDerivative(tf: TensorFlow): void {
  if (!tf.engine().isTapeOn()) return;
  throw new GraphError({
    where: WHERE,
    expected: "a first derivative",
    received: "a gradient inside another gradient",
    repair: "Compose it of tf.conv2d where second derivatives are needed.",
  });
}

/** @param numbers of the plan's tensors, in their order. */
function forward(plan: TfjsPixelPlan, numbers: readonly Float32Array[]): Float32Array {
  const { batch, pixels, inputs, outputs } = plan;
  const result = new Float32Array(batch * pixels * outputs);
  const imagePlanes = planesFor(plan, inputs);
  const resultPlanes = planesFor(plan, outputs);
  for (let sample = 0; sample < batch; sample++) {
    const network = networkOfSample(plan, numbers, sample);
    for (const { first, count } of tilesOf(sample, pixels)) {
      const image = imagePlanes(count);
      readInterleaved(numbers[0] as Float32Array, inputs, first, count, image);
      const output = resultPlanes(count);
      runForward([{ network, image, pixels: count, output }]);
      writeInterleaved(output, outputs, first, count, result);
    }
  }
  return result;
}

/** @returns the gradients of the plan's tensors, in their order; sums over pixels and samples are float64. */
function backward(
  plan: TfjsPixelPlan,
  numbers: readonly Float32Array[],
  upstream: Float32Array,
): Float32Array[] {
  const { batch, pixels, inputs, outputs, tensors } = plan;
  const imageGradient = new Float32Array((numbers[0] as Float32Array).length);
  const sums = tensors.map(({ size }, index) => new Float64Array(index === 0 ? 0 : size));
  const imagePlanes = planesFor(plan, inputs);
  const upstreamPlanes = planesFor(plan, outputs);
  const gradientPlanes = planesFor(plan, inputs);
  for (let sample = 0; sample < batch; sample++) {
    const network = networkOfSample(plan, numbers, sample);
    const layerGradients = plan.layers.map(({ weight, bias }) => ({
      weight: new Float64Array(weight.size),
      bias: bias && ofSample(sums[bias.index] as Float64Array, bias, sample),
    }));
    for (const { first, count } of tilesOf(sample, pixels)) {
      const image = imagePlanes(count);
      const upstreamTile = upstreamPlanes(count);
      const gradientTile = gradientPlanes(count);
      readInterleaved(numbers[0] as Float32Array, inputs, first, count, image);
      readInterleaved(upstream, outputs, first, count, upstreamTile);
      runBackward([
        {
          ...{ network, image, pixels: count, upstream: upstreamTile },
          ...{ imageGradient: gradientTile, layerGradients },
        },
      ]);
      writeInterleaved(gradientTile, inputs, first, count, imageGradient);
    }
    plan.layers.forEach(({ inputs: from, outputs: to, weight }, index) => {
      const gradient = (layerGradients[index] as { weight: Float64Array }).weight;
      addTransposed(gradient, from, to, ofSample(sums[weight.index] as Float64Array, weight, sample));
    });
  }
  return sums.map((sum, index) => (index === 0 ? imageGradient : Float32Array.from(sum)));
}

/** sums [I,O] += gradient [O,I]. */
function addTransposed(gradient: Float64Array, inputs: number, outputs: number, sums: Float64Array): void {
  for (let from = 0; from < inputs; from++) {
    for (let to = 0; to < outputs; to++) {
      const entry = from * outputs + to;
      sums[entry] = (sums[entry] as number) + (gradient[to * inputs + from] as number);
    }
  }
}

/** Working memory for the planes of a tile, made once; the last tile of an image needs less. */
function planesFor({ pixels }: TfjsPixelPlan, channels: number): (count: number) => Float32Array {
  const planes = allocate("float32", channels * Math.min(TILE, pixels)) as Float32Array;
  return (count) => planes.subarray(0, channels * count);
}

/** Ranges of pixels of one sample, counted from the first pixel of the batch. */
function* tilesOf(sample: number, pixels: number): Generator<{ first: number; count: number }> {
  for (let done = 0; done < pixels; done += TILE) {
    yield { first: sample * pixels + done, count: Math.min(TILE, pixels - done) };
  }
}
