/**
 * A stack of 1x1 convolutions as one operation on one sample. Each call runs on the WebAssembly kernel of the
 * current backend that covers it, fused or layer by layer, and on the reference elsewhere; all mean the same.
 */
import { allocate, dtypeOf, ValueError } from "../../core/index.js";
import { lossAndUpstream } from "./loss-and-upstream.js";
import {
  channelsOf,
  checkInput,
  checkLayerGradients,
  checkPlanes,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkLoss,
  pixelLossNames,
} from "./network.js";
import { backwardSlices, forwardSlices, lossSlices } from "./run-slices.js";

export type {
  LayerGradients,
  PixelLayer,
  PixelLossName,
  PixelNetwork,
  PixelNetworkBackward,
  PixelNetworkForward,
  PixelNetworkLoss,
} from "./network.js";
export { pixelLossNames } from "./network.js";

// The square of epsilon is a normal float32 number.
const SMALLEST_EPSILON = 1e-9;
const LARGEST_EPSILON = 1e9;

/**
 * Applies a network to every pixel of an image.
 *
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation or a number out of its range.
 */
export function pixelNetworkForward(call: PixelNetworkForward): void {
  const where = "pixelNetworkForward";
  checkInput(where, call);
  checkPlanes(`${where} output`, call.output, channelsOf(call.network).outputs, call.pixels);
  forwardSlices(call);
}

/**
 * Calculates the gradients of a network from that of its output: the image's is overwritten, the layers' are
 * added to what their arrays hold.
 *
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation or a number out of its range.
 */
export function pixelNetworkBackward(call: PixelNetworkBackward): void {
  const where = "pixelNetworkBackward";
  const { network, pixels, upstream, imageGradient, layerGradients } = call;
  checkInput(where, call);
  const { inputs, outputs } = channelsOf(network);
  checkPlanes(`${where} upstream`, upstream, outputs, pixels);
  checkPlanes(`${where} imageGradient`, imageGradient, inputs, pixels);
  checkLayerGradients(where, network, layerGradients);
  backwardSlices(call);
}

/**
 * The SUM over all channels and pixels of the loss between the network's output and a target, and the gradients
 * of that sum, in one pass over both images; a mean is this divided by outputs * pixels.
 *
 * @returns the sum of the losses, 0 for no pixels.
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation or loss, or a number out of its range.
 */
export function pixelNetworkLoss(call: PixelNetworkLoss): number {
  const where = "pixelNetworkLoss";
  const { network, image, pixels, target, loss, epsilon, pixelWeight, layerGradients } = call;
  checkInput(where, call);
  checkPlanes(`${where} target`, target, channelsOf(network).outputs, pixels);
  checkPlanes(`${where} pixelWeight`, pixelWeight, 1, pixels);
  checkLayerGradients(where, network, layerGradients);
  checkPlanes(`${where} imageGradient`, call.imageGradient, channelsOf(network).inputs, pixels);
  if (!pixelLossNames.includes(loss)) {
    throw new ValueError({
      where: `${where} loss`,
      expected: `one of ${pixelLossNames.join(", ")}`,
      received: JSON.stringify(loss),
    });
  }
  if (epsilon !== undefined && !(epsilon >= SMALLEST_EPSILON && epsilon <= LARGEST_EPSILON)) {
    throw new ValueError({
      where: `${where} epsilon`,
      expected: `a number from ${SMALLEST_EPSILON} to ${LARGEST_EPSILON}`,
      received: String(epsilon),
    });
  }
  if (call.imageGradient !== undefined) {
    const output = allocate(dtypeOf(image), target.length);
    pixelNetworkForward({ network, image, pixels, output });
    const { total, upstream } = lossAndUpstream(call, output);
    pixelNetworkBackward({ ...call, upstream });
    return total;
  }
  return lossSlices(call);
}
