/** A photo's pixels as the library's training takes them. */
import type { PixelView } from "synthconv/fit";
import type { Photo } from "./photo.js";
import { readColours } from "./pixels.js";

/** The photo's samples, converted where they are not what the look reads; alpha as it is. */
export function asRead(photo: Photo): PixelView {
  if (photo.transform === undefined) return photo;
  const { width, height, channels, data: stored } = photo;
  const pixels = width * height;
  const planes = new Float32Array(3 * pixels);
  readColours(photo, 0, planes);
  const data = new Float32Array(channels * pixels);
  for (let channel = 0; channel < 3; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      data[channels * pixel + channel] = planes[channel * pixels + pixel] as number;
    }
  }
  const opaque = stored instanceof Uint16Array ? 65_535 : 255;
  if (channels === 4) {
    for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = (stored[alpha] as number) / opaque;
  }
  return { width, height, channels, data };
}
