/** What a loss may be asked for by name or number. */
import { type Kind, kind, oneOf, repairedBy } from "../../../core/kinds.js";
import { type PixelLossName, pixelLossNames } from "./losses.js";

// The square of epsilon is a normal float32 number.
const MIN_EPSILON = 1e-9;
const MAX_EPSILON = 1e9;

export const LOSS: Kind<PixelLossName> = repairedBy(
  oneOf(pixelLossNames),
  () => "For another loss, compare pixelNetwork(image, layers) with the target.",
);

/** Of charbonnier. */
export const EPSILON: Kind<number> = kind(
  `a number from ${MIN_EPSILON} to ${MAX_EPSILON}`,
  (value) => typeof value === "number" && value >= MIN_EPSILON && value <= MAX_EPSILON,
);
