import type { Sharp } from "sharp";
import { plainTiff, type Samples } from "./plain-tiff.js";
import { sharp } from "./sharp-input.js";

/** An image of these samples, without metadata. Raw samples have four channels at most; more travel as a TIFF. */
export function imageOfSamples(samples: Samples): Sharp {
  const { width, height, channels, data } = samples;
  const image =
    channels === 3 || channels === 4
      ? sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
      : sharp(plainTiff(samples), { limitInputChannels: 0, limitInputPixels: false });
  return data instanceof Uint16Array ? image.toColourspace("rgb16") : image;
}
