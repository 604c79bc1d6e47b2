/** Small float copies of photos, for looking at a pair before its pixels are taken. */
import { type PixelView, topOf } from "./pixel-view.js";

/** Encoded sRGB, planar `[3,height,width]`, 0 to 1. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  /** Pixels of the photo for one of these, in both directions. */
  readonly factor: number;
}

/** The mean of each `factor` x `factor` pixels; what is left over at the right and lower edge is dropped. */
export function shrunk({ width, height, channels, data }: PixelView, factor: number): Planes {
  const [columns, rows] = [Math.max(1, Math.floor(width / factor)), Math.max(1, Math.floor(height / factor))];
  const [across, down] = [Math.min(factor, width), Math.min(factor, height)];
  const pixels = columns * rows;
  const planes = new Float32Array(3 * pixels);
  const unit = 1 / (across * down * topOf(data));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let [red, green, blue] = [0, 0, 0];
      for (let y = row * factor; y < row * factor + down; y++) {
        let at = channels * (y * width + column * factor);
        for (let x = 0; x < across; x++, at += channels) {
          red += data[at] as number;
          green += data[at + 1] as number;
          blue += data[at + 2] as number;
        }
      }
      const to = row * columns + column;
      planes[to] = red * unit;
      planes[pixels + to] = green * unit;
      planes[2 * pixels + to] = blue * unit;
    }
  }
  return { width: columns, height: rows, data: planes, factor };
}

/** Root mean squares over the channels of each pixel. */
export function lengthsOf(planes: Float32Array): Float32Array {
  const pixels = planes.length / 3;
  const lengths = new Float32Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const red = planes[pixel] as number;
    const green = planes[pixels + pixel] as number;
    const blue = planes[2 * pixels + pixel] as number;
    lengths[pixel] = Math.sqrt((red * red + green * green + blue * blue) / 3);
  }
  return lengths;
}
