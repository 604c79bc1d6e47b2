import type { Feature } from "./feature.js";
import { learn } from "./learn/index.js";
import { start } from "./start/index.js";

/** In the order in which a person walks. */
export const features: readonly Feature[] = [start, learn];
