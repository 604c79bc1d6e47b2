/** One photo of a pair in the pixels of the other. */
import { type PixelView, topOf } from "./pixel-view.js";
import { halfDiagonal, type Size, scaleOf, unwarped, type Warp, warped } from "./warp.js";

export interface PairViews {
  readonly before: PixelView;
  readonly after: PixelView;
}

/** As fine as the other one, or nearly: then the photo before keeps its pixels. */
const AS_FINE = 0.95;

/** Both photos in the pixels of the coarser one: what the finer one has besides cannot be compared. */
export function onOneGrid({ before, after }: PairViews, warp: Warp): PairViews {
  const scale = scaleOf(warp, before, after);
  if (scale >= AS_FINE) {
    return { before, after: resampled(after, before, (u, v) => warped(warp, u, v), scale) };
  }
  return { before: resampled(before, after, (u, v) => unwarped(warp, u, v), 1 / scale), after };
}

/**
 * Of values as they are encoded, as those of most programs that resize.
 *
 * @param place where the pixel of `size` lies in the photo, both in half diagonals from the center.
 * @param footprint pixels of the photo for one of `size`; beyond 1 they are averaged.
 * @returns four channels: what lies outside the photo has an alpha of 0.
 */
function resampled(
  photo: PixelView,
  size: Size,
  place: (u: number, v: number) => [number, number],
  footprint: number,
): PixelView {
  const { width, height } = size;
  const data = new Float32Array(4 * width * height);
  const samples = Math.max(1, Math.round(footprint));
  const [unit, photoUnit] = [halfDiagonal(size), halfDiagonal(photo)];
  const colour = new Float32Array(4);
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++, at += 4) {
      for (let nth = 0; nth < samples * samples; nth++) {
        const x = column + ((nth % samples) + 0.5) / samples - width / 2;
        const y = row + (Math.floor(nth / samples) + 0.5) / samples - height / 2;
        const [u, v] = place(x / unit, y / unit);
        cubic(photo, u * photoUnit + photo.width / 2 - 0.5, v * photoUnit + photo.height / 2 - 0.5, colour);
        for (let channel = 0; channel < 4; channel++) {
          data[at + channel] = (data[at + channel] as number) + (colour[channel] as number) / samples ** 2;
        }
      }
      // A pixel that is not whole has a colour that is not its own.
      data[at + 3] = (data[at + 3] as number) > 0.999 ? 1 : 0;
    }
  }
  return { width, height, channels: 4, data };
}

const weightsX = new Float64Array(4);
const weightsY = new Float64Array(4);

/** Catmull and Rom's cubic, which passes through the pixels: a shift by whole pixels copies them. */
function cubic({ width, height, channels, data }: PixelView, x: number, y: number, out: Float32Array): void {
  out.fill(0);
  const [column, row] = [Math.floor(x), Math.floor(y)];
  // Half a pixel beyond the last center is its pixel still.
  if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) return;
  const unit = 1 / topOf(data);
  weigh(x - column, weightsX);
  weigh(y - row, weightsY);
  for (let down = 0; down < 4; down++) {
    const line = Math.min(height - 1, Math.max(0, row + down - 1)) * width;
    for (let across = 0; across < 4; across++) {
      const weight = (weightsY[down] as number) * (weightsX[across] as number);
      if (weight === 0) continue;
      const from = channels * (line + Math.min(width - 1, Math.max(0, column + across - 1)));
      for (let channel = 0; channel < 3; channel++) {
        out[channel] = (out[channel] as number) + weight * unit * (data[from + channel] as number);
      }
      out[3] = (out[3] as number) + weight * (channels === 4 ? unit * (data[from + 3] as number) : 1);
    }
  }
}

function weigh(t: number, out: Float64Array): void {
  out[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  out[1] = (1.5 * t - 2.5) * t * t + 1;
  out[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  out[3] = (0.5 * t - 0.5) * t * t;
}
