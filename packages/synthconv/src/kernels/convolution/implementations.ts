/** The implementations of a convolution, the best first. */
import { choose } from "../../core/choices.js";
import { depthwise } from "./depthwise/depthwise.js";
import { direct } from "./direct/direct.js";
import type {
  CorrelationCall,
  CorrelationImplementation,
  PreparedCorrelation,
} from "./geometry/correlator.js";
import { loops } from "./loops/loops.js";
import { winograd } from "./winograd/winograd.js";

const implementations: readonly CorrelationImplementation[] = [depthwise, winograd, direct, loops];

/** @param pass what is noted: `conv2d forward`, `conv2d image gradient` or `conv2d weight gradient`. */
export function prepare(pass: string, call: CorrelationCall): PreparedCorrelation {
  return choose(pass, implementations, call);
}
