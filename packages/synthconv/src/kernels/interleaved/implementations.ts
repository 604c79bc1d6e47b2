/** The implementations of a network on interleaved pixels, the best first. */
import { choose } from "../../core/choices.js";
import type { PixelRange } from "../threads/parallel.js";
import { reference } from "./reference.js";
import type { CheckedCall, InterleavedImplementation } from "./types.js";
import { wasm } from "./wasm.js";

const implementations: readonly InterleavedImplementation[] = [wasm, reference];

/** Makes ready for a call: what comes back does a range of its pixels. */
export function prepare(call: CheckedCall): (range: PixelRange) => void {
  return choose("pixels", implementations, call);
}
