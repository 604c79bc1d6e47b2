/** Runs a network on a coded frame, slices of rows on all threads or on this one. */
import { choose } from "../../core/choices.js";
import { operationsPerPixel } from "../pixel-network/network/types.js";
import { MAX_JOB_SLICES } from "../threads/job.js";
import { isShared, parallel, threadCount, threadsWouldPay } from "../threads/parallel.js";
import type { Task } from "../threads/task.js";
import { checkCall } from "./checks.js";
import { implementations } from "./implementations.js";
import type { ApplyToYCbCr, YCbCrCall } from "./types.js";

// Colours are made of 5 rows above a slice and 6 below it, which the neighbour makes as well: 9 % more of 128 rows, 4 % of
// 270. Rows are the same bits in any slice; with two for each thread one that comes late leaves its second to others.
const LEAST_ROWS = 128;
const SLICES_A_THREAD = 2;

interface SlicedCall extends YCbCrCall {
  /** An even number. */
  readonly sliceRows: number;
}

/** A slice of rows at a time. */
export const yCbCrTask: Task<SlicedCall> = {
  name: "applyPixelNetworkToYCbCr",
  begin: ({ sliceRows, ...call }) => {
    const run = choose("coded frames", implementations, call);
    return (slice) => run({ first: slice * sliceRows, end: Math.min(call.height, (slice + 1) * sliceRows) });
  },
};

function rowsOfSlice(height: number): number {
  const slices = Math.min(MAX_JOB_SLICES, SLICES_A_THREAD * threadCount());
  return Math.max(LEAST_ROWS, 2 * Math.ceil(height / slices / 2));
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
  const sliceRows = rowsOfSlice(height);
  const slices = Math.ceil(height / sliceRows);
  const sliced = { ...checked, sliceRows };
  const operations = operationsPerPixel(network.layers) * width * height;
  const planes = [...source.planes, ...target.planes];
  if (threadsWouldPay({ slices, operations }) && planes.every(isShared)) {
    parallel(yCbCrTask, sliced, slices);
    return;
  }
  const runSlice = yCbCrTask.begin(sliced);
  for (let slice = 0; slice < slices; slice++) runSlice(slice);
}
