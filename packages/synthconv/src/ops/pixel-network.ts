/**
 * A stack of 1x1 convolutions as one operation. What lies between its layers is never stored: forward and
 * backward run over the image tile by tile in the fused kernels.
 */
import { isGradEnabled, record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { GraphError, ShapeError, ValueError } from "../core/errors.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { formatShape, sameShape } from "../core/shape.js";
import {
  pixelNetworkLoss as lossKernel,
  type PixelLoss,
  pixelNetworkBackward,
  pixelNetworkForward,
} from "../kernels/index.js";
import { checkSameDType } from "./check.js";
import {
  LayerGradients,
  ofSample,
  type PixelNetworkLayer,
  type PixelNetworkPlan,
  planPixelNetwork,
} from "./pixel-network-plan.js";
import { gradientFor } from "./result.js";

export interface PixelNetworkOptions {
  /** Adds the image to the result. Default false. */
  readonly residual?: boolean;
}

export interface PixelNetworkLossOptions extends PixelNetworkOptions {
  readonly loss: PixelLoss;
  /** Of charbonnier: sqrt(difference^2 + epsilon^2). Default 1e-3. */
  readonly epsilon?: number;
  /** Factor of each pixel's loss, `[B,1,H,W]`; carries no gradient. */
  readonly pixelWeight?: Tensor;
}

/**
 * The same small network at every pixel: 1x1 convolutions with activations between them.
 *
 * @param image `[B,C,H,W]`
 * @param layers weights shared by the batch or one set a sample; see {@link PixelNetworkLayer}.
 * @returns `[B,O,H,W]`
 * @throws {ShapeError} when the shapes do not fit; {ValueError} when there is no layer or dtypes differ.
 */
export function pixelNetwork(
  image: Tensor,
  layers: readonly PixelNetworkLayer[],
  { residual = false }: PixelNetworkOptions = {},
): Tensor {
  const plan = planPixelNetwork("pixelNetwork", image, layers, residual);
  const { batch, outputs, pixels } = plan;
  const data = allocate(image.dtype, batch * outputs * pixels);
  for (let sample = 0; sample < batch; sample++) {
    pixelNetworkForward({
      network: plan.networkOf(sample),
      image: planesOf(image.data, sample, plan.inputs * pixels),
      pixels,
      output: planesOf(data, sample, outputs * pixels),
    });
  }
  return record({
    operation: "pixelNetwork",
    inputs: plan.tensors,
    shape: [batch, outputs, ...image.shape.slice(2)],
    data,
    backward: ({ data: upstream }) => pullBack(plan, layers, image, upstream),
  });
}

/**
 * The mean loss of `pixelNetwork(image, layers)` against a target, with its gradients computed in the same
 * pass over the pixels: what a training step needs, and nothing is stored.
 *
 * @param image `[B,C,H,W]`
 * @param target `[B,O,H,W]`, a constant.
 * @returns a scalar: the mean over all entries of the loss times the pixel's weight.
 * @throws {ShapeError} when the shapes do not fit; {ValueError} when there is no layer or dtypes differ.
 * @throws {GraphError} when the target requires a gradient.
 */
export function pixelNetworkLoss(
  image: Tensor,
  target: Tensor,
  layers: readonly PixelNetworkLayer[],
  { residual = false, loss, epsilon = 1e-3, pixelWeight }: PixelNetworkLossOptions,
): Tensor {
  const plan = planPixelNetwork("pixelNetworkLoss", image, layers, residual);
  const { batch, inputs, outputs, pixels } = plan;
  checkTarget(plan, image, target, pixelWeight);
  if (!(epsilon > 0)) {
    throw new ValueError({
      where: "pixelNetworkLoss epsilon",
      expected: "a number above 0",
      received: String(epsilon),
    });
  }
  const isRecorded = isGradEnabled() && plan.tensors.some((one) => one.requiresGrad);
  const gradients =
    isRecorded && plan.tensors.slice(1).some((one) => one.requiresGrad)
      ? new LayerGradients(layers)
      : undefined;
  const imageGradient = isRecorded && image.requiresGrad ? allocate(image.dtype, image.size) : undefined;
  let total = 0;
  for (let sample = 0; sample < batch; sample++) {
    total += lossKernel({
      network: plan.networkOf(sample),
      image: planesOf(image.data, sample, inputs * pixels),
      target: planesOf(target.data, sample, outputs * pixels),
      pixels,
      loss,
      epsilon,
      pixelWeight: pixelWeight && planesOf(pixelWeight.data, sample, pixels),
      layerGradients: gradients?.ofSample(plan, sample),
      imageGradient: imageGradient && planesOf(imageGradient, sample, inputs * pixels),
    });
  }
  const entries = target.size;
  return record({
    operation: "pixelNetworkLoss",
    inputs: plan.tensors,
    shape: [],
    data: allocate(image.dtype, 1).fill(total / entries),
    backward: ({ data: [upstream = 0] }) => {
      const scale = upstream / entries;
      const sums = [imageGradient, ...(gradients?.inOrder() ?? [])];
      return plan.tensors.map((one, index) => {
        const sum = sums[index];
        return one.requiresGrad && sum !== undefined ? gradientFor(one, scaled(sum, scale)) : undefined;
      });
    },
  });
}

/** Gradients of the image and of every weight and bias, in the order of the plan's tensors. */
function pullBack(
  plan: PixelNetworkPlan,
  layers: readonly PixelNetworkLayer[],
  image: Tensor,
  upstream: FloatArray,
): (Tensor | undefined)[] {
  const { batch, inputs, outputs, pixels, tensors } = plan;
  const gradients = tensors.slice(1).some((one) => one.requiresGrad) ? new LayerGradients(layers) : undefined;
  const imageGradient = image.requiresGrad ? allocate(image.dtype, image.size) : undefined;
  for (let sample = 0; sample < batch; sample++) {
    pixelNetworkBackward({
      network: plan.networkOf(sample),
      image: planesOf(image.data, sample, inputs * pixels),
      pixels,
      upstream: planesOf(upstream, sample, outputs * pixels),
      layerGradients: gradients?.ofSample(plan, sample),
      imageGradient: imageGradient && planesOf(imageGradient, sample, inputs * pixels),
    });
  }
  const found = [imageGradient, ...(gradients?.inOrder() ?? [])];
  return tensors.map((one, index) => {
    const gradient = found[index];
    return one.requiresGrad && gradient !== undefined ? gradientFor(one, gradient) : undefined;
  });
}

function planesOf<Data extends FloatArray>(data: Data, sample: number, size: number): Data {
  return ofSample(data, true, sample, size);
}

function scaled(values: FloatArray, factor: number): Float64Array {
  return Float64Array.from(values, (value) => value * factor);
}

function checkTarget(
  { batch, outputs }: PixelNetworkPlan,
  image: Tensor,
  target: Tensor,
  pixelWeight: Tensor | undefined,
): void {
  checkSameDType("pixelNetworkLoss", [image, target, pixelWeight]);
  const [, , height, width] = image.shape as [number, number, number, number];
  for (const [name, tensor, channels] of [
    ["target", target, outputs],
    ["pixelWeight", pixelWeight, 1],
  ] as const) {
    const wanted = [batch, channels, height, width];
    if (tensor === undefined) continue;
    if (!sameShape(tensor.shape, wanted)) {
      throw new ShapeError({
        where: `pixelNetworkLoss ${name}`,
        expected: formatShape(wanted),
        received: formatShape(tensor.shape),
      });
    }
    if (tensor.requiresGrad) {
      throw new GraphError({
        where: `pixelNetworkLoss ${name}`,
        expected: "a constant",
        received: `${tensor.label}, which requires a gradient`,
        repair: "Use a loss of its own on the network's output: mse(pixelNetwork(image, layers), target).",
      });
    }
  }
}
