/** Colours that take on the lightness of their look, and keep their own hue and saturation. */
import { linearToSrgb, luminanceOf, srgbToLinear } from "../colour/index.js";
import type { ColourSamples } from "./samples.js";

/** Colours that keep less than this of themselves are left as they are. */
const LEAST_SHARE = 1e-3;
/** Light below which a colour has no hue that an eye sees, nor a code of 8 bits. */
const BLACK = 1e-5;

/**
 * The samples with targets moved towards the colour before, by its share.
 *
 * @param shares `[P]`, 0 to 1: at 1 the target has the chromaticity of the colour before, and its own luminance.
 */
export function keepingOwnColour({ input, target }: ColourSamples, shares: Float32Array): ColourSamples {
  const count = shares.length;
  const kept = target.slice();
  shares.forEach((share, nth) => {
    if (share < LEAST_SHARE) return;
    const light = lightOf(input, count, nth);
    const luminance = luminanceOfColour(lightOf(target, count, nth));
    const own = luminanceOfColour(light);
    for (let channel = 0; channel < 3; channel++) {
      const at = channel * count + nth;
      const value = own < BLACK ? luminance : ((light[channel] as number) * luminance) / own;
      const wanted = Math.min(1, linearToSrgb(value));
      kept[at] = (target[at] as number) + share * (wanted - (target[at] as number));
    }
  });
  return { input, target: kept };
}

function lightOf(planes: Float32Array, count: number, nth: number): [number, number, number] {
  const light = (channel: number): number => srgbToLinear(planes[channel * count + nth] as number);
  return [light(0), light(1), light(2)];
}

function luminanceOfColour([red, green, blue]: readonly [number, number, number]): number {
  return luminanceOf(red, green, blue);
}
