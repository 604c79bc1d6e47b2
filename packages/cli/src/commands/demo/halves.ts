/** The photograph of the demo, cut in two: the left half is for training, the right half is never seen by it. */
import type { ColourSamples } from "synthconv";
import { newPhoto } from "../../image/new-photo.js";
import type { Photo } from "../../image/photo.js";
import { readColours } from "../../image/pixels.js";
import { type Colour, mixedLook } from "./looks.js";

export function leftHalf(photo: Photo): Photo {
  return columnsOf(photo, 0, Math.floor(photo.width / 2));
}

export function rightHalf(photo: Photo): Photo {
  return columnsOf(photo, Math.floor(photo.width / 2), photo.width);
}

/** The photo's colours with what the hand-written look makes of them, at a position of the knob. */
export function samplesAt(photo: Photo, mix: number): ColourSamples {
  const pixels = photo.width * photo.height;
  const input = new Float32Array(3 * pixels);
  readColours(photo, 0, input);
  const look = mixedLook(mix);
  const target = new Float32Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = (channel: number): number => input[channel * pixels + pixel] as number;
    const colour: Colour = [at(0), at(1), at(2)];
    look(colour).forEach((value, channel) => {
      target[channel * pixels + pixel] = value;
    });
  }
  return { input, target };
}

function columnsOf({ width, height, data }: Photo, from: number, to: number): Photo {
  const half = new Uint8Array(3 * (to - from) * height);
  for (let row = 0; row < height; row++) {
    half.set(data.subarray(3 * (row * width + from), 3 * (row * width + to)), 3 * (to - from) * row);
  }
  return newPhoto(to - from, height, half);
}
