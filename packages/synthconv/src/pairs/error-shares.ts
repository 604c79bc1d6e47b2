/** What of an edit that is not colour is of which kind, by where and how coarsely it lies. */
import { BoxSums } from "../core/box-sums.js";

/** Of the squared error that no colour map explains: together 1, or all 0 where there is none. */
export interface ErrorShares {
  /** In what is left out as a local edit: a brush, a mask, a logo. */
  readonly local: number;
  /** Elsewhere, what depends smoothly on the place: a vignette, a gradient, light that was moved. */
  readonly smooth: number;
  /** The rest, from pixel to pixel: grain, sharpening, local contrast, noise of compression. */
  readonly fine: number;
}

/** Half the side of the square whose mean is smooth, as a share of the longer side: grain has none, a vignette little else. */
const SMOOTH = 1 / 16;

/**
 * @param residuals what no colour map explains, planar `[3,height,width]`.
 * @param mask 1 where a pixel belongs to a local edit, `[height,width]`; `inside` is 0 where there is nothing to compare.
 */
export function errorShares(
  residuals: Float32Array,
  mask: Uint8Array,
  inside: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
): ErrorShares {
  const pixels = width * height;
  const radius = Math.max(1, Math.round(SMOOTH * Math.max(width, height)));
  const valid = inside.map((one, pixel) => (mask[pixel] === 1 ? 0 : one));
  const near = new BoxSums(valid, width, height).around(radius);
  let [local, outside, smooth] = [0, 0, 0];
  for (let channel = 0; channel < 3; channel++) {
    const plane = residuals.subarray(channel * pixels, (channel + 1) * pixels);
    const means = new BoxSums(
      plane.map((value, pixel) => value * (valid[pixel] as number)),
      width,
      height,
    ).around(radius);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = plane[pixel] as number;
      if (valid[pixel] === 0) {
        local += value * value * (inside[pixel] as number);
        continue;
      }
      outside += value * value;
      // What a pixel has in common with its neighbourhood.
      smooth += (value * (means[pixel] as number)) / (near[pixel] as number);
    }
  }
  const all = local + outside;
  if (all === 0) return { local: 0, smooth: 0, fine: 0 };
  const common = Math.min(outside, Math.max(0, smooth));
  return { local: local / all, smooth: common / all, fine: (outside - common) / all };
}
