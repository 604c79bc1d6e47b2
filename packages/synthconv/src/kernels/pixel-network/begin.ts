/**
 * Which implementation a call runs on: the fused kernel of one hidden layer where it covers the call, else the layer
 * stack, else the reference. Each function prepares the call on this thread once and returns what does a range of
 * its pixels; that holds until the next kernel call.
 */
import { noteChoice } from "../choices.js";
import { backwardStack, forwardStack, lossStack, prepareStack } from "../layer-stack/binding.js";
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
  const { network } = call;
  const arrays = [call.image, call.output];
  const fused = prepare(network, arrays);
  if (fused !== undefined) {
    noteChoice("pixel network forward", "fused");
    return (range) => forwardKernel(fused, call, range);
  }
  const stack = prepareStack(network, arrays, "forward");
  if (stack !== undefined) {
    noteChoice("pixel network forward", "stack");
    return (range) => forwardStack(stack, call, range);
  }
  noteChoice("pixel network forward", "reference");
  return (range) => forwardReference(call, range);
}

export function beginBackward(call: PixelNetworkBackward): RunRange<void> {
  const { network } = call;
  const arrays = [call.image, call.upstream, call.imageGradient];
  const fused = prepare(network, arrays);
  if (fused !== undefined) {
    noteChoice("pixel network backward", "fused");
    return (range, layerGradients) => backwardKernel(fused, { ...call, layerGradients }, range);
  }
  const stack = prepareStack(network, arrays, "gradients");
  if (stack !== undefined) {
    noteChoice("pixel network backward", "stack");
    return (range, layerGradients) => backwardStack(stack, { ...call, layerGradients }, range);
  }
  noteChoice("pixel network backward", "reference");
  return (range, layerGradients) => backwardReference({ ...call, layerGradients }, range);
}

/** What it returns gives the sum of the losses of a range. */
export function beginLoss(call: PixelNetworkLoss): RunRange<number> {
  const { network } = call;
  const arrays = [call.image, call.target, call.pixelWeight];
  const fused = prepare(network, arrays);
  if (fused !== undefined) {
    noteChoice("pixel network loss", "fused");
    return (range, layerGradients) => lossKernel(fused, { ...call, layerGradients }, range);
  }
  const stack = prepareStack(network, arrays, "gradients");
  if (stack !== undefined) {
    noteChoice("pixel network loss", "stack");
    return (range, layerGradients) => lossStack(stack, { ...call, layerGradients }, range);
  }
  noteChoice("pixel network loss", "reference");
  return (range, layerGradients) => lossReference({ ...call, layerGradients }, range);
}
