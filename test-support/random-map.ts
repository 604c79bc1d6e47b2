/** Edits of colours that are drawn at random. */
import type { RandomStream } from "synthconv";

export type Rgb = [red: number, green: number, blue: number];

/** Curves, mixed channels, saturation, a tint, a fade: smooth, and clipped here and there. */
export function randomMap(random: RandomStream): (colour: Rgb) => Rgb {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const [saturation, contrast, fade] = [between(0, 1.5), between(0.7, 1.5), between(0, 0.12)];
  const gammas = [0, 1, 2].map(() => between(0.7, 1.4));
  const tint = [0, 1, 2].map(() => between(0.85, 1));
  return (colour) => {
    const luma = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
    return colour.map((value, channel) => {
      const mixed = Math.min(1, Math.max(0, luma + saturation * (value - luma)));
      const curved = 0.5 + contrast * (mixed ** (gammas[channel] as number) - 0.5);
      return Math.min(1, Math.max(0, fade + (1 - fade) * (tint[channel] as number) * curved));
    }) as Rgb;
  };
}
