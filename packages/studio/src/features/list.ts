import type { Feature } from "./feature.js";
import { start } from "./start/index.js";

/** In the order in which a person walks. */
export const features: readonly Feature[] = [start];
