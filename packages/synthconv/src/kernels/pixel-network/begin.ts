/**
 * Which implementation a call runs on: the kernel where it covers the call, the reference elsewhere. Each
 * function prepares the call on this thread once and returns what does a range of its pixels; that holds until
 * the next kernel call.
 */
import type { PixelRange } from "../threads/slices.js";
import { backwardKernel, forwardKernel, lossKernel, prepare } from "./binding.js";
import type {
  LayerGradients,
  PixelNetworkBackward,
  PixelNetworkForward,
  PixelNetworkLoss,
} from "./network.js";
import { backwardReference, forwardReference, lossReference } from "./reference.js";

/** Does a range of pixels; the gradients of the layers are added to the arrays that it is given. */
export type RunRange<Result> = (
  range: PixelRange,
  layerGradients: readonly LayerGradients[] | undefined,
) => Result;

export function beginForward(call: PixelNetworkForward): (range: PixelRange) => void {
  const prepared = prepare(call.network, [call.image, call.output]);
  if (prepared === undefined) return (range) => forwardReference(call, range);
  return (range) => forwardKernel(prepared, call, range);
}

export function beginBackward(call: PixelNetworkBackward): RunRange<void> {
  const prepared = prepare(call.network, [call.image, call.upstream, call.imageGradient]);
  if (prepared === undefined) {
    return (range, layerGradients) => backwardReference({ ...call, layerGradients }, range);
  }
  return (range, layerGradients) => backwardKernel(prepared, { ...call, layerGradients }, range);
}

/** What it returns gives the sum of the losses of a range. */
export function beginLoss(call: PixelNetworkLoss): RunRange<number> {
  const prepared = prepare(call.network, [call.image, call.target, call.pixelWeight]);
  if (prepared === undefined) {
    return (range, layerGradients) => lossReference({ ...call, layerGradients }, range);
  }
  return (range, layerGradients) => lossKernel(prepared, { ...call, layerGradients }, range);
}
