import { checkMemory, checkSameDType, TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { isGradEnabled, record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { GraphError, ShapeError } from "../core/errors.js";
import { allocate } from "../core/float-array.js";
import { optional } from "../core/kinds.js";
import { formatShape, type Shape, sameShape } from "../core/shape.js";
import { DEFAULT_EPSILON, EPSILON, LOSS, type PixelLossName } from "../kernels/pixel-network/index.js";
import { loss as runLoss } from "../kernels/pixel-network/run.js";
import { PIXEL_NETWORK_OPTIONS, PixelNetworkGradients, type PixelNetworkOptions } from "./pixel-network.js";
import { type PixelNetworkLayer, planesOf, planPixelNetwork } from "./pixel-network-plan.js";

export interface PixelNetworkLossOptions extends PixelNetworkOptions {
  /** mse: d^2, l1: |d|, charbonnier: sqrt(d^2 + epsilon^2), for the difference d of an entry. */
  readonly loss: PixelLossName;
  /** Of charbonnier, 1e-9 to 1e9. Default 1e-3. */
  readonly epsilon?: number;
  /** Factor of each pixel's loss, [B,1,H,W]; a constant. */
  readonly pixelWeight?: Tensor | undefined;
}

const LOSS_OPTIONS: Fields<PixelNetworkLossOptions> = {
  ...PIXEL_NETWORK_OPTIONS,
  loss: LOSS,
  epsilon: optional(EPSILON),
  pixelWeight: optional(TENSOR),
};

/**
 * The mean loss of `pixelNetwork(image, layers)` against a target. Its gradients are computed in the same
 * pass over the pixels when the tape is on: a training step then stores nothing the size of an image.
 *
 * @param image [B,C,H,W]
 * @param target [B,O,H,W], a constant
 * @returns a scalar: the mean over all entries of the loss times the pixel's weight; NaN without entries
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ValueError} when there is no layer, an option is outside its domain, or dtypes differ.
 * @throws {GraphError} when the target or the pixel weight requires a gradient.
 */
export function pixelNetworkLoss(
  image: Tensor,
  target: Tensor,
  layers: readonly PixelNetworkLayer[],
  options: PixelNetworkLossOptions,
): Tensor {
  checkOptions("pixelNetworkLoss", options, LOSS_OPTIONS, { repair: asLoss });
  check("pixelNetworkLoss", "target", target, TENSOR);
  const { residual = false, loss, epsilon = DEFAULT_EPSILON, pixelWeight } = options;
  const plan = planPixelNetwork("pixelNetworkLoss", image, layers, residual);
  const { batch, inputs, outputs, pixels } = plan;
  checkSameDType("pixelNetworkLoss", [image, target, pixelWeight]);
  checkMemory("pixelNetworkLoss", [target, pixelWeight]);
  checkConstant("pixelNetworkLoss target", target, plan.shape);
  if (pixelWeight !== undefined) {
    checkConstant("pixelNetworkLoss pixelWeight", pixelWeight, plan.shape.with(1, 1));
  }
  const gradients = isGradEnabled() ? new PixelNetworkGradients(plan) : undefined;
  const total = runLoss(
    Array.from({ length: batch }, (_, sample) => ({
      network: plan.networkOf(sample),
      image: planesOf(plan, numbersOf(image), sample, inputs),
      target: planesOf(plan, numbersOf(target), sample, outputs),
      pixels,
      loss,
      epsilon,
      pixelWeight: pixelWeight && planesOf(plan, numbersOf(pixelWeight), sample, 1),
      ...gradients?.ofSample(sample),
    })),
  );
  const entries = target.size;
  return record({
    operation: "pixelNetworkLoss",
    // The constants are named too, so that a NaN in the target is found there and not here.
    inputs: [...plan.tensors, target, ...(pixelWeight === undefined ? [] : [pixelWeight])],
    shape: [],
    settings: { ...plan.settings, loss, epsilon },
    data: allocate(image.dtype, 1).fill(total / entries),
    // Without entries every sum is 0 and stays 0, as in a mean of nothing.
    backward: (upstream) => gradients?.inOrder(entries === 0 ? 1 : upstream.item() / entries) ?? [],
  });
}

function asLoss(value: unknown): string | undefined {
  return typeof value === "string" ? `Write { loss: ${JSON.stringify(value)} }.` : undefined;
}

function checkConstant(where: string, x: Tensor, shape: Shape): void {
  if (!sameShape(x.shape, shape)) {
    throw new ShapeError({ where, expected: formatShape(shape), received: formatShape(x.shape) });
  }
  if (x.requiresGrad) {
    throw new GraphError({
      where,
      expected: "a constant",
      received: `${x.label}, which requires a gradient`,
      repair: "Compare pixelNetwork(image, layers) with it by subtract and mean, or detach it.",
    });
  }
}
