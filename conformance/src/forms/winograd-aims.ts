/** Convolutions that take the ways of Winograd's kernel. */
import type { Aim } from "../case.js";
import type { Random } from "../random.js";
import { aim, type Part, square, WELL_CONDITIONED } from "./convolution-draws.js";
import type { Convolution } from "./convolution-space.js";

/** A block that is done by the direct way, beside others. */
const oneNaN = (random: Random): Part => ({
  spoiler: random.pick(["none", "NaN", "NaN", "NaN"]),
  spoilt: random.pick(["image", "upstream"]),
});

export const winogradAims: readonly Aim<Convolution>[] = [
  aim("winograd", (random) => ({
    batch: random.size(3),
    groups: random.size(3),
    inputs: random.integer(4, 12),
    outputs: random.integer(4, 12),
    kernel: square(3),
    padding: [random.integer(0, 3), random.integer(0, 3)],
    image: [random.integer(4, 9), random.integer(4, 12)],
    weights: random.pick(["shared", "per sample"]),
    bias: random.pick(["none", "shared", "per sample"]),
  })),
  aim("winograd: several chunks of channels and outputs", (random) => ({
    inputs: random.integer(130, 134),
    outputs: random.integer(257, 262),
    kernel: square(3),
    image: [4, 5],
    ...WELL_CONDITIONED,
  })),
  aim("winograd: blocks of whole rows", (random) => ({
    inputs: 4,
    // With fewer it would be the depthwise kernel's.
    outputs: random.integer(4, 5),
    kernel: square(3),
    padding: square(random.integer(0, 1)),
    image: [random.integer(68, 80), random.integer(66, 76)],
    ...WELL_CONDITIONED,
    ...oneNaN(random),
  })),
  aim("winograd: blocks of parts of rows", (random) => ({
    inputs: 5,
    outputs: random.integer(4, 5),
    kernel: square(3),
    padding: square(1),
    image: [random.integer(2, 3), random.integer(2600, 3400)],
    ...WELL_CONDITIONED,
    ...oneNaN(random),
  })),
  aim("winograd: one number far brighter than the rest", (random) => ({
    inputs: random.integer(8, 10),
    outputs: random.integer(8, 10),
    kernel: square(3),
    padding: square(1),
    // Three columns of seven lie beyond whole vectors.
    image: [random.integer(6, 9), 7],
    values: "both signs",
    weight: "both signs",
    upstream: "both signs",
    spoiler: "1e6",
    spoilt: random.pick(["image", "upstream"]),
  })),
  aim("winograd: windows outside of the image", (random) => ({
    inputs: random.integer(515, 530),
    outputs: random.integer(1, 2),
    kernel: square(3),
    padding: [random.integer(6, 8), random.integer(0, 1)],
    image: [random.integer(2, 5), random.integer(5, 8)],
    ...WELL_CONDITIONED,
  })),
  ...(["NaN", "Infinity"] as const).map((spoiler) =>
    aim(`winograd: ${spoiler} among the numbers`, (random) => ({
      batch: random.size(2),
      inputs: random.integer(8, 10),
      outputs: random.integer(4, 7),
      kernel: square(3),
      padding: square(1),
      image: [random.integer(6, 9), random.integer(7, 12)],
      ...WELL_CONDITIONED,
      spoiler,
      spoilt: "image",
    })),
  ),
];
