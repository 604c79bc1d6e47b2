/** The implementations of pixel networks, the best first. A new one is its file and its row here. */
import { choose } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { fused } from "./fused/fused.js";
import type { Pass, PixelNetworkImplementation, PreparedNetwork } from "./network/implementation.js";
import type { PixelNetwork } from "./network/types.js";
import { reference } from "./reference/reference.js";
import { stack } from "./stack/stack.js";

const implementations: readonly PixelNetworkImplementation[] = [fused, stack, reference];

/** Makes ready for calls with a network and arrays such as these, of an image's size. */
export function prepare(
  network: PixelNetwork,
  arrays: readonly (FloatArray | undefined)[],
  pass: Pass,
): PreparedNetwork {
  const work = pass === "forward" || pass === "backward" ? pass : "loss";
  return choose(`pixel network ${work}`, implementations, network, arrays, pass);
}
