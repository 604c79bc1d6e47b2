/** Runs a network on a coded frame, slices of rows on all threads or on this one. */
import { choose } from "../../core/choices.js";
import { operationsPerPixel } from "../pixel-network/network/types.js";
import { isShared, parallel, threadsWouldPay } from "../threads/parallel.js";
import type { Task } from "../threads/task.js";
import { checkCall } from "./checks.js";
import { implementations } from "./implementations.js";
import type { ApplyToYCbCr, YCbCrCall } from "./types.js";

// Colours are made of 5 rows above a slice and 6 below it, which the neighbour makes as well: 9 % more of 128.
const SLICE_ROWS = 128;
const MOST_SLICES = 255;

/** A slice of rows at a time. */
export const yCbCrTask: Task<YCbCrCall> = {
  name: "applyPixelNetworkToYCbCr",
  begin: (call) => {
    const run = choose("coded frames", implementations, call);
    const rows = rowsOfSlice(call.height);
    return (slice) => run({ first: slice * rows, end: Math.min(call.height, (slice + 1) * rows) });
  },
};

function rowsOfSlice(height: number): number {
  return Math.max(SLICE_ROWS, 2 * Math.ceil(height / MOST_SLICES / 2));
}

/**
 * Applies a network to a frame of film as it is coded: Y'CbCr to RGB in 0 to 1 (colours that stand for pairs of pixels
 * by spline36, then cut to 0 to 1), the network, the same way back, rounded to the nearest. Nothing is rounded
 * between. Threads share frames that lie in shared memory.
 *
 * @throws {ShapeError} when a plane has not the size that width, height and layout say, or the network does not go from
 *   3 channels to 3.
 * @throws {ValueError} for an entry that is unknown or of another kind, or a target that is the source.
 */
export function applyPixelNetworkToYCbCr(call: ApplyToYCbCr): void {
  const checked = checkCall(call);
  const { network, width, height, source, target } = checked;
  const slices = Math.ceil(height / rowsOfSlice(height));
  const operations = operationsPerPixel(network.layers) * width * height;
  const planes = [...source.planes, ...target.planes];
  if (threadsWouldPay({ slices, operations }) && planes.every(isShared)) {
    parallel(yCbCrTask, checked, slices);
    return;
  }
  const runSlice = yCbCrTask.begin(checked);
  for (let slice = 0; slice < slices; slice++) runSlice(slice);
}
