import type { EntryFunction } from "../kernels/index.js";

/** `-x`, for the operation and for the gradients of others. */
export const NEGATE: EntryFunction = {
  name: "negate",
  value: (x) => -x,
  gradient: (upstream) => -upstream,
};
