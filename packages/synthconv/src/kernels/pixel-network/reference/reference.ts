/**
 * The meaning of a pixel network, for any number of layers and channels, every activation, and both element
 * types. All arithmetic is float64, a float32 result is rounded once. It runs in blocks of pixels, so that what
 * lies between the layers is never stored for a whole image. Arguments have been checked.
 */
import type { PixelRange } from "../../threads/parallel.js";
import type { PixelNetworkImplementation } from "../network/implementation.js";
import { DEFAULT_EPSILON, lossOfEntry } from "../network/losses.js";
import type { PixelNetworkBackward, PixelNetworkForward, PixelNetworkLoss } from "../network/types.js";
import { BLOCK, backwardBlock, copyRowsIn, copyRowsOut, createWorkspace, forwardBlock } from "./blocks.js";

/** Covers every call. */
export const reference: PixelNetworkImplementation = {
  name: "reference",
  prepare: () => ({ forward, backward, loss }),
};

function forward({ network, image, pixels, output }: PixelNetworkForward, range: PixelRange): void {
  const workspace = createWorkspace(network);
  for (let first = range.first; first < range.end; first += BLOCK) {
    const count = Math.min(BLOCK, range.end - first);
    forwardBlock(network, workspace, image, pixels, first, count);
    copyRowsOut(workspace.output, output, pixels, first, count);
  }
}

function backward(call: PixelNetworkBackward, range: PixelRange): void {
  const { network, image, pixels, upstream, imageGradient, layerGradients } = call;
  const workspace = createWorkspace(network);
  const upstreamBlock = new Float64Array(workspace.output.length);
  for (let first = range.first; first < range.end; first += BLOCK) {
    const count = Math.min(BLOCK, range.end - first);
    forwardBlock(network, workspace, image, pixels, first, count);
    copyRowsIn(upstream, upstreamBlock, pixels, first, count);
    const gradient = backwardBlock(network, workspace, upstreamBlock, layerGradients, count);
    if (imageGradient !== undefined) copyRowsOut(gradient, imageGradient, pixels, first, count);
  }
}

/** @returns the sum of the losses of all entries of the range. */
function loss(call: PixelNetworkLoss, range: PixelRange): number {
  const { network, image, pixels, target, pixelWeight, layerGradients } = call;
  const epsilon = call.epsilon ?? DEFAULT_EPSILON;
  const workspace = createWorkspace(network);
  const { output } = workspace;
  const targetBlock = new Float64Array(output.length);
  let sum = 0;
  for (let first = range.first; first < range.end; first += BLOCK) {
    const count = Math.min(BLOCK, range.end - first);
    forwardBlock(network, workspace, image, pixels, first, count);
    copyRowsIn(target, targetBlock, pixels, first, count);
    for (let row = 0; row < output.length; row += BLOCK) {
      for (let pixel = 0; pixel < count; pixel++) {
        const weight = pixelWeight === undefined ? 1 : (pixelWeight[first + pixel] as number);
        const residual = (output[row + pixel] as number) - (targetBlock[row + pixel] as number);
        const [value, derivative] = lossOfEntry(call.loss, residual, epsilon);
        sum += weight * value;
        output[row + pixel] = weight * derivative;
      }
    }
    if (layerGradients !== undefined) backwardBlock(network, workspace, output, layerGradients, count);
  }
  return sum;
}
