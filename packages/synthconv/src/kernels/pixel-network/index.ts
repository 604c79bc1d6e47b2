/**
 * A stack of 1x1 convolutions as one operation on one sample or a batch. Each call runs on the WebAssembly kernel of the
 * current backend that covers it, fused or layer by layer, and on the reference elsewhere; all mean the same.
 */
import {
  ANY_FLOATS,
  check,
  either,
  isPlainObject,
  kind,
  listOf,
  record,
  ShapeError,
  whole,
} from "../../core/index.js";
import { checkInput, checkLayerGradients, checkLoss, checkPlanes } from "./network/checks.js";
import {
  channelsOf,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkInput,
  type PixelNetworkLoss,
} from "./network/types.js";
import { backward, forward, loss } from "./run.js";

export { checkNetwork } from "./network/checks.js";
export { EPSILON, LOSS } from "./network/kinds.js";
export { DEFAULT_EPSILON, type PixelLossName, pixelLossNames } from "./network/losses.js";
export {
  type LayerGradients,
  operationsPerPixel,
  type PixelLayer,
  type PixelNetwork,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkLoss,
} from "./network/types.js";

/** The network has a check of its own. */
const FORWARD_CALL = record<PixelNetworkForward>({
  network: kind("a network, an object { layers, residual }", isPlainObject),
  image: ANY_FLOATS,
  pixels: whole(0),
  output: ANY_FLOATS,
});
const FORWARD = either(FORWARD_CALL, listOf(FORWARD_CALL, "a list of them"));

/**
 * Applies a network to every pixel of an image; of a batch each image with a network of its own.
 *
 * @param calls one, or those of a batch, of images of one size, which threads share as one piece of work.
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation or a number out of its range.
 */
export function pixelNetworkForward(calls: PixelNetworkForward | readonly PixelNetworkForward[]): void {
  const where = "pixelNetworkForward";
  check(where, "calls", calls, FORWARD);
  const batch = checkedBatch(where, calls);
  for (const call of batch) {
    checkInput(where, call);
    checkPlanes(`${where} output`, call.output, channelsOf(call.network).outputs, call.pixels);
  }
  forward(batch);
}

/**
 * Calculates the gradients of a network from that of its output: the image's is overwritten, the layers' are
 * added to what their arrays hold.
 *
 * @param calls one, or those of a batch, as in `pixelNetworkForward`; samples may share their layers' gradients.
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation or a number out of its range.
 */
export function pixelNetworkBackward(calls: PixelNetworkBackward | readonly PixelNetworkBackward[]): void {
  const where = "pixelNetworkBackward";
  const batch = checkedBatch(where, calls);
  for (const call of batch) {
    const { network, pixels, upstream, imageGradient, layerGradients } = call;
    checkInput(where, call);
    const { inputs, outputs } = channelsOf(network);
    checkPlanes(`${where} upstream`, upstream, outputs, pixels);
    checkPlanes(`${where} imageGradient`, imageGradient, inputs, pixels);
    checkLayerGradients(where, network, layerGradients);
  }
  backward(batch);
}

/**
 * The SUM over all channels and pixels of the loss between the network's output and a target, and the gradients
 * of that sum, in one pass over both images; a mean is this divided by outputs * pixels.
 *
 * @param calls one, or those of a batch, as in `pixelNetworkForward`; samples may share their layers' gradients.
 * @returns the sum of the losses of all samples, 0 for no pixels.
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation or loss, or a number out of its range.
 */
export function pixelNetworkLoss(calls: PixelNetworkLoss | readonly PixelNetworkLoss[]): number {
  const batch = checkedBatch("pixelNetworkLoss", calls);
  for (const call of batch) checkLossCall("pixelNetworkLoss", call);
  return loss(batch);
}

function checkLossCall(where: string, call: PixelNetworkLoss): void {
  const { network, pixels, target, pixelWeight, layerGradients, imageGradient } = call;
  checkInput(where, call);
  checkPlanes(`${where} target`, target, channelsOf(network).outputs, pixels);
  checkPlanes(`${where} pixelWeight`, pixelWeight, 1, pixels);
  checkLayerGradients(where, network, layerGradients);
  checkPlanes(`${where} imageGradient`, imageGradient, channelsOf(network).inputs, pixels);
  checkLoss(where, call);
}

/** @throws {ShapeError} when the images of a batch differ in size. */
function checkedBatch<Call extends PixelNetworkInput>(
  where: string,
  calls: Call | readonly Call[],
): readonly Call[] {
  const batch: readonly Call[] = "network" in calls ? [calls] : calls;
  const pixels = batch[0]?.pixels;
  const other = batch.find((call) => call.pixels !== pixels);
  if (other === undefined) return batch;
  throw new ShapeError({
    where: `${where} batch`,
    expected: `images of ${pixels} pixels, as the first`,
    received: String(other.pixels),
  });
}
