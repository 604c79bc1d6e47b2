/** The loss as a step of its own: where the gradient of the image is wanted too, which one pass does not calculate. */
import { allocateZeros, dtypeOf, type FloatArray } from "../../../core/index.js";
import { DEFAULT_EPSILON, lossOfEntry } from "./losses.js";
import { channelsOf, type PixelNetworkLoss } from "./types.js";

/** The loss of an output, [O, P], and its gradient in the same layout. */
export function lossOfOutput(
  { network, image, pixels, target, loss, epsilon = DEFAULT_EPSILON, pixelWeight }: PixelNetworkLoss,
  output: FloatArray,
): { readonly total: number; readonly upstream: FloatArray } {
  const { outputs } = channelsOf(network);
  const upstream = allocateZeros(dtypeOf(image), outputs * pixels);
  let total = 0;
  for (let at = 0; at < upstream.length; at++) {
    const weight = pixelWeight === undefined ? 1 : (pixelWeight[at % pixels] as number);
    const [value, derivative] = lossOfEntry(loss, (output[at] as number) - (target[at] as number), epsilon);
    total += weight * value;
    upstream[at] = weight * derivative;
  }
  return { total, upstream };
}
