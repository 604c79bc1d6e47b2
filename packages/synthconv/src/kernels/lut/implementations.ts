/** The implementations of a lookup, the best first. */
import type { Lut } from "../../colour/index.js";
import { choose } from "../../core/choices.js";
import { reference } from "./reference.js";
import type { LutCall, LutImplementation } from "./types.js";
import { wasm } from "./wasm.js";

const implementations: readonly LutImplementation[] = [wasm, reference];

/** Makes ready for a call: what comes back maps the pixels from `first` to `end`. */
export function prepare(lut: Lut, call: LutCall): (first: number, end: number) => void {
  return choose("lut", implementations, lut, call);
}
