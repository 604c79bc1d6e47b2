/** What a display of sRGB shows of colours in any space: differences are measured in what is seen. */
import type { PixelLayout } from "../pixels.js";
import { convertColours } from "./colour-spaces.js";

/**
 * Encoded sRGB, cut off at 0 and 1 where they were of another space; in place.
 *
 * @param space a name of `COLOUR_SPACES`.
 */
export function asShown(
  colours: Float32Array,
  space: string,
  layout: PixelLayout = "interleaved",
): Float32Array {
  if (space === "srgb") return colours;
  const count = colours.length / 3;
  const at = (channel: number, pixel: number): number =>
    layout === "planar" ? channel * count + pixel : 3 * pixel + channel;
  const planes = Float32Array.from(
    colours,
    (_, i) => colours[at(Math.floor(i / count), i % count)] as number,
  );
  convertColours(planes, space, "srgb");
  for (const [i, value] of planes.entries()) {
    colours[at(Math.floor(i / count), i % count)] = Math.min(Math.max(value, 0), 1);
  }
  return colours;
}
