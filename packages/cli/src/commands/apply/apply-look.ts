import { setImmediate } from "node:timers/promises";
import { applyNetwork, applyNetworkToPlanes, type PixelNetwork, type SeenColours } from "synthconv/look";
import type { PhotoColours } from "../../image/colour-plan.js";
import { withSharedFloats } from "../../image/lent-floats.js";
import type { Photo } from "../../image/photo.js";
import { CHUNK_PIXELS, ditherOf, mapColours } from "../../image/pixels.js";

export interface LookToApply {
  readonly network: PixelNetwork;
  /** 0 to 1. */
  readonly strength: number;
  /** Ordered dither of photos of 8 bits. */
  readonly dither: boolean;
  /** What it reads and writes, and what photos are that do not say it; by default sRGB. */
  readonly colours?: PhotoColours;
  /** The colours that it was trained on, where it says. */
  readonly seen?: SeenColours | undefined;
}

// About what the library hands its threads at a time; some 2 ms, after which an interrupt may come.
const STRIP_PIXELS = 2 ** 19;
// Strips of whole rows of the dither's 8 x 8 thresholds go on as one image.
const ROWS_MULTIPLE = 8;

/**
 * Replaces the colours of a photo by those that the look makes of them, in place; alpha is not touched. Samples
 * that are what the look reads and writes are worked on as they are; others go through floating point, a chunk at a time.
 */
export async function applyLook(
  photo: Photo,
  { network, strength, dither }: LookToApply,
  signal: AbortSignal,
): Promise<void> {
  if (photo.transform !== undefined) {
    await withSharedFloats(3 * CHUNK_PIXELS, (floats) => {
      const look = (colours: Float32Array): Float32Array => {
        const output = floats.subarray(0, colours.length);
        applyNetworkToPlanes(network, colours, output, strength);
        return output;
      };
      return mapColours(photo, look, { dither, signal });
    });
    return;
  }
  const { data, channels, width } = photo;
  const thresholds = dither ? ditherOf(photo) : undefined;
  const options = { channels, strength, ...(thresholds && { dither: thresholds }) };
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width / ROWS_MULTIPLE)) * ROWS_MULTIPLE;
  const samples = rows * width * channels;
  for (let first = 0; first < data.length; first += samples) {
    applyNetwork(network, data.subarray(first, first + samples), options);
    // An interrupt arrives between two turns of the event loop.
    await setImmediate();
    signal.throwIfAborted();
  }
}
