import { allocate, dtypeOf, type FloatArray } from "../../core/index.js";
import { channelsOf, DEFAULT_EPSILON, type PixelNetworkLoss } from "./network.js";
import { lossOfEntry } from "./reference.js";

/**
 * The loss of an output, [O, P], and its gradient in the same layout: the slow half of a loss whose image
 * gradient is wanted too, which the fused pass does not calculate.
 */
export function lossAndUpstream(
  { network, image, pixels, target, loss, epsilon = DEFAULT_EPSILON, pixelWeight }: PixelNetworkLoss,
  output: FloatArray,
): { total: number; upstream: FloatArray } {
  const { outputs } = channelsOf(network);
  const upstream = allocate(dtypeOf(image), outputs * pixels);
  let total = 0;
  for (let at = 0; at < upstream.length; at++) {
    const weight = pixelWeight === undefined ? 1 : (pixelWeight[at % pixels] as number);
    const [value, derivative] = lossOfEntry(loss, (output[at] as number) - (target[at] as number), epsilon);
    total += weight * value;
    upstream[at] = weight * derivative;
  }
  return { total, upstream };
}
