/** The implementations of a network on coded frames, the best first. */
import { reference } from "./reference.js";
import type { YCbCrImplementation } from "./types.js";
import { wasm } from "./wasm.js";

export const implementations: readonly YCbCrImplementation[] = [wasm, reference];
