/**
 * Runs a checked call, slice by slice, on all threads or on this one. Pixels in memory that threads cannot see go through
 * shared memory, a strip at a time.
 */
import { noteChoice } from "../../core/choices.js";
import { operationsPerPixel } from "../pixel-network/network/types.js";
import { isShared, parallel, sliceCount, sliceRange, threadsWouldPay } from "../threads/parallel.js";
import { inSharedParts } from "../threads/staging.js";
import type { Task } from "../threads/task.js";
import { prepare } from "./implementations.js";
import type { CheckedCall } from "./types.js";

// 1.5 MB of 8-bit RGB, 32 slices for threads. The copies to shared memory and back stay in the cache: 20 ms for 24
// megapixels, 23 with strips four times as large and 36 with 16 times. A quarter of it shares too little at a time.
const STRIP_PIXELS = 2 ** 19;

// Strips of whole rows of the dither's 8 x 8 thresholds go on as one image.
const ROWS_MULTIPLE = 8;

/** A slice of the range at a time. */
export const applyTask: Task<CheckedCall> = {
  name: "applyPixelNetwork",
  begin: (call) => {
    const run = prepare(call);
    return (slice) => {
      const { first, end } = sliceRange(call.end - call.first, slice);
      run({ first: call.first + first, end: call.first + end });
    };
  },
};

export function run(call: CheckedCall): void {
  const { network, pixels, channels, first, end } = call;
  const slices = sliceCount(end - first);
  const operations = operationsPerPixel(network.layers) * (end - first);
  if (!threadsWouldPay({ slices, operations })) {
    const runSlice = applyTask.begin(call);
    for (let slice = 0; slice < slices; slice++) runSlice(slice);
  } else if (isShared(pixels)) {
    parallel(applyTask, call, slices);
  } else {
    noteChoice("threads", "pixels through shared memory");
    const range = { first: first * channels, end: end * channels };
    inSharedParts(pixels, range, stripPixels(call) * channels, (strip, part) => {
      const ofStrip = { first: part.first / channels, end: part.end / channels };
      parallel(applyTask, { ...call, ...ofStrip, pixels: strip }, sliceCount(ofStrip.end - ofStrip.first));
    });
  }
}

function stripPixels({ dither }: CheckedCall): number {
  if (dither === undefined) return STRIP_PIXELS;
  const rows = dither.width * ROWS_MULTIPLE;
  return Math.max(1, Math.floor(STRIP_PIXELS / rows)) * rows;
}
