/**
 * The image library writes metadata only of an image that it has read, not beside raw pixels. Where they cannot be
 * laid into the finished file (AVIF, BigTIFF), they travel in a JPEG of one black pixel, and the photo's samples are
 * OR-ed onto it: 0 OR x = x, and the library grows the smaller operand with zeros. The samples arrive bit for bit
 * (a test compares them); decoding the original a second time would cost as much as decoding it once.
 */
import type { Raw, Sharp } from "sharp";
import { jpegWith } from "./containers/jpeg.js";
import type { Additions } from "./photo-format.js";
import { plainTiff, type Samples } from "./plain-tiff.js";
import { sharp } from "./sharp-input.js";

/** An image of these samples with these metadata, to be encoded. */
export async function imageWithMetadata(samples: Samples, metadata: Additions): Promise<Sharp> {
  const { channels, data } = samples;
  const is16Bit = data instanceof Uint16Array;
  const colourSpace = is16Bit ? "rgb16" : "srgb";
  const carrier = await carrierJpeg(metadata);
  let image = sharp(carrier).toColourspace(colourSpace);
  const none = is16Bit ? new Uint16Array(1) : new Uint8Array(1);
  for (let channel = 3; channel < channels; channel++) {
    image = image.joinChannel(asInput(none), { raw: { width: 1, height: 1, channels: 1 } });
  }
  if (channels === 3 && is16Bit) {
    // With a joined channel the library takes the depth from it, and would make three bands of that channel
    // if the pipeline had a colour space of its own.
    image = image.pipelineColourspace(colourSpace);
  }
  image = withSamples(image, samples).keepMetadata();
  return metadata.xmp === undefined ? image : image.withXmp(metadata.xmp);
}

/** Raw samples have four channels at most; more travel as a TIFF. */
function withSamples(image: Sharp, samples: Samples): Sharp {
  const { width, height, channels, data } = samples;
  if (channels === 3 || channels === 4) {
    return image.boolean(asInput(data), "or", { raw: { width, height, channels } });
  }
  // Its declarations leave out the options of an input, which the operand takes like any other.
  const options = { limitInputChannels: 0, limitInputPixels: false } as object as { raw: Raw };
  return image.boolean(plainTiff(samples), "or", options);
}

/** sharp takes typed arrays, and their type as the depth of the samples; its declarations know Buffers only. */
function asInput(samples: Uint8Array | Uint16Array): Buffer {
  return samples as unknown as Buffer;
}

async function carrierJpeg(metadata: Additions): Promise<Buffer> {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: "black" } })
    .jpeg()
    .toBuffer();
  return jpegWith(dot, { ...metadata, xmp: undefined, parts: [] });
}
