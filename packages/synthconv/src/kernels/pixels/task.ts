/** A network on pixels as a task of threads: a slice of the range at a time. */
import { type PixelRange, sliceRange } from "../threads/slices.js";
import type { Task } from "../threads/task.js";
import { beginKernel } from "./binding.js";
import type { CheckedCall } from "./pixels.js";
import { beginReference } from "./reference.js";

export type ApplyPixelNetworkTask = CheckedCall & PixelRange;

export const applyPixelNetworkTask: Task<ApplyPixelNetworkTask> = (call) => {
  const run = beginKernel(call) ?? beginReference(call);
  return (slice) => {
    const { first, end } = sliceRange(call.end - call.first, slice);
    run({ first: call.first + first, end: call.first + end });
  };
};
