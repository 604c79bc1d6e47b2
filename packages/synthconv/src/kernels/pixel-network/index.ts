/**
 * A stack of 1x1 convolutions as one operation on one sample or a batch. Each call runs on the WebAssembly kernel of the
 * current backend that covers it, fused or layer by layer, and on the reference elsewhere; all mean the same.
 */
import { allocate, dtypeOf, type FloatArray, ShapeError, ValueError } from "../../core/index.js";
import { noteChoice } from "../choices.js";
import { lossAndUpstream } from "./loss-and-upstream.js";
import {
  channelsOf,
  checkInput,
  checkLayerGradients,
  checkPlanes,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkInput,
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
 * Applies a network to every pixel of an image; of a batch each image with a network of its own.
 *
 * @param calls one, or those of a batch, of images of one size, which threads share as one piece of work.
 * @throws {ShapeError} when sizes do not fit together.
 * @throws {ValueError} for an unknown activation or a number out of its range.
 */
export function pixelNetworkForward(calls: PixelNetworkForward | readonly PixelNetworkForward[]): void {
  const where = "pixelNetworkForward";
  const batch = checkedBatch(where, calls);
  for (const call of batch) {
    checkInput(where, call);
    checkPlanes(`${where} output`, call.output, channelsOf(call.network).outputs, call.pixels);
  }
  forwardSlices(batch);
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
  backwardSlices(batch);
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
  if (!batch.some(({ imageGradient }) => imageGradient !== undefined)) {
    noteChoice("pixel network loss passes", "one");
    return lossSlices(batch);
  }
  noteChoice("pixel network loss passes", "forward and backward");
  const outputs = batch.map(({ image, target }) => allocate(dtypeOf(image), target.length));
  pixelNetworkForward(
    batch.map(({ network, image, pixels }, index) => {
      return { network, image, pixels, output: outputs[index] as FloatArray };
    }),
  );
  const losses = batch.map((call, index) => lossAndUpstream(call, outputs[index] as FloatArray));
  pixelNetworkBackward(
    batch.map((call, index) => ({ ...call, upstream: losses[index]?.upstream as FloatArray })),
  );
  return losses.reduce((sum, { total }) => sum + total, 0);
}

function checkLossCall(where: string, call: PixelNetworkLoss): void {
  const { network, pixels, target, loss, epsilon, pixelWeight, layerGradients, imageGradient } = call;
  checkInput(where, call);
  checkPlanes(`${where} target`, target, channelsOf(network).outputs, pixels);
  checkPlanes(`${where} pixelWeight`, pixelWeight, 1, pixels);
  checkLayerGradients(where, network, layerGradients);
  checkPlanes(`${where} imageGradient`, imageGradient, channelsOf(network).inputs, pixels);
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
