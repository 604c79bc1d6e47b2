import { sharedFloats } from "../../../dist/core/index.js";

/** The same numbers where other threads can see them. */
export function shared(values: Float32Array): Float32Array {
  const copy = sharedFloats(values.length);
  copy.set(values);
  return copy;
}
