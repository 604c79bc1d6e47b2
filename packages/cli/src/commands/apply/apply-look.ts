import { setImmediate } from "node:timers/promises";
import {
  applyNetwork,
  applyNetworkToPlanes,
  type PixelNetwork,
  sharedFloats,
  threadCount,
} from "synthconv/look";
import type { Photo } from "../../image/photo.js";
import { ditherOf, mapColours } from "../../image/pixels.js";

export interface LookToApply {
  readonly network: PixelNetwork;
  /** 0 to 1. */
  readonly strength: number;
  /** Ordered dither of photos of 8 bits. */
  readonly dither: boolean;
}

// 1.5 MB of 8-bit RGB, 32 slices for threads. The copies to shared memory and back stay in the cache: 20 ms for 24
// megapixels, 23 with strips four times as large and 36 with 16 times. A quarter of it shares too little at a time.
const STRIP_PIXELS = 2 ** 19;
// Strips of whole rows of the dither's 8 x 8 thresholds go on as one image.
const ROWS_MULTIPLE = 8;

/**
 * Replaces the colours of a photo by those that the look makes of them, in place; alpha is not touched. Samples
 * that are sRGB are worked on as they are; others go through floating point, a chunk at a time.
 */
export async function applyLook(
  photo: Photo,
  { network, strength, dither }: LookToApply,
  signal: AbortSignal,
): Promise<void> {
  if (photo.transform !== undefined) {
    let buffer = sharedFloats(0);
    const look = (colours: Float32Array): Float32Array => {
      if (buffer.length < colours.length) buffer = sharedFloats(colours.length);
      const output = buffer.subarray(0, colours.length);
      applyNetworkToPlanes(network, colours, output, strength);
      return output;
    };
    await mapColours(photo, look, { dither, signal });
    return;
  }
  const { data, channels, width } = photo;
  const thresholds = dither ? ditherOf(photo) : undefined;
  const options = { channels, strength, ...(thresholds && { dither: thresholds }) };
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width / ROWS_MULTIPLE)) * ROWS_MULTIPLE;
  const samples = rows * width * channels;
  const strip = threadCount() > 1 ? sharedLike(data, Math.min(samples, data.length)) : undefined;
  for (let first = 0; first < data.length; first += samples) {
    const part = data.subarray(first, first + samples);
    if (strip === undefined) {
      applyNetwork(network, part, options);
    } else {
      const copy = strip.subarray(0, part.length);
      copy.set(part);
      applyNetwork(network, copy, options);
      part.set(copy);
    }
    // An interrupt arrives between two turns of the event loop.
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** The image library's own memory cannot be shared with threads. */
function sharedLike(data: Photo["data"], length: number): Photo["data"] {
  const buffer = new SharedArrayBuffer(length * data.BYTES_PER_ELEMENT);
  return data instanceof Uint16Array ? new Uint16Array(buffer) : new Uint8Array(buffer);
}
