import { type PixelNetwork, pixelNetworkForward, sharedFloats, withStrength } from "synthconv/look";
import type { LookFunction } from "../../image/pixels.js";

/**
 * A network at a strength, as a function of planar colours `[3,N]`. Its result lies in a buffer that the next
 * call overwrites.
 *
 * @param strength 0 to 1.
 */
export function lookFunction(network: PixelNetwork, strength: number): LookFunction {
  const { network: blended, share } = withStrength(network, strength);
  let buffer = sharedFloats(0);
  return (colours, count) => {
    if (buffer.length < colours.length) buffer = sharedFloats(colours.length);
    const output = buffer.subarray(0, colours.length);
    pixelNetworkForward({ network: blended, image: colours, pixels: count, output });
    if (share !== 1) blend(colours, output, share);
    return output;
  };
}

function blend(before: Float32Array, after: Float32Array, share: number): void {
  for (let i = 0; i < after.length; i++) {
    const from = before[i] as number;
    after[i] = from + share * ((after[i] as number) - from);
  }
}
