import { type BackwardCall, checkNetwork, checkPlanes, type ForwardCall, type LossCall } from "./network.js";
import { referenceBackward, referenceForward, referenceLoss } from "./reference.js";

export type {
  Activation,
  BackwardCall,
  ForwardCall,
  LayerGradient,
  LossCall,
  PixelLayer,
  PixelLoss,
  PixelNetwork,
} from "./network.js";

/** @throws {ShapeError} when an array does not fit. */
export function pixelNetworkForward(call: ForwardCall): void {
  check(call);
  checkPlanes("pixelNetwork output", call.output, call.network.layers.at(-1)?.outputs ?? 0, call.pixels);
  referenceForward(call);
}

/** @throws {ShapeError} when an array does not fit. */
export function pixelNetworkBackward(call: BackwardCall): void {
  check(call);
  checkPlanes("pixelNetwork upstream", call.upstream, call.network.layers.at(-1)?.outputs ?? 0, call.pixels);
  referenceBackward(call);
}

/**
 * @returns the sum of the loss over all entries; the gradients are those of this sum.
 * @throws {ShapeError} when an array does not fit.
 */
export function pixelNetworkLoss(call: LossCall): number {
  check(call);
  checkPlanes("pixelNetwork target", call.target, call.network.layers.at(-1)?.outputs ?? 0, call.pixels);
  return referenceLoss(call);
}

function check({ network, image, pixels }: Omit<BackwardCall, "upstream">): void {
  checkNetwork(network);
  checkPlanes("pixelNetwork image", image, network.layers[0]?.inputs ?? 0, pixels);
}
