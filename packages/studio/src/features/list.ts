import { apply } from "./apply/index.js";
import { check } from "./check/index.js";
import { compare } from "./compare/index.js";
import type { Feature } from "./feature.js";
import { knobs } from "./knobs/index.js";
import { learn } from "./learn/index.js";
import { library } from "./library/index.js";
import { start } from "./start/index.js";
import { take } from "./take/index.js";

/** In the order in which a person walks. */
export const features: readonly Feature[] = [start, check, learn, compare, knobs, apply, take, library];
