/** Convolutions of few channels, which take the ways of the depthwise kernel. */
import type { Aim } from "../case.js";
import type { Random } from "../random.js";
import { aim, often, type Part, square, WELL_CONDITIONED } from "./convolution-draws.js";
import type { Convolution } from "./convolution-space.js";

/** Up to as many taps in all as the kernel adds up, and some more. */
const fewTaps = (random: Random): Part => ({
  inputs: random.integer(1, 4),
  outputs: random.integer(1, 4),
  kernel: [random.integer(1, 4), random.integer(1, 4)],
});

export const depthwiseAims: readonly Aim<Convolution>[] = [
  often(40, "depthwise", (random) => ({
    ...fewTaps(random),
    batch: random.size(3),
    groups: random.integer(1, 6),
    padding: [random.integer(0, 3), random.integer(0, 3)],
    stride: random.pick([square(1), square(2), [1, 2], [3, 1]] as const),
    dilation: [random.integer(1, 3), random.integer(1, 2)],
    image: [random.integer(14, 30), random.integer(14, 40)],
    weights: random.pick(["shared", "per sample"]),
    bias: random.pick(["none", "shared", "per sample"]),
  })),
  aim("depthwise: planes of a stride", (random) => ({
    groups: random.integer(1, 4),
    outputs: random.integer(1, 2),
    kernel: [random.integer(2, 5), random.integer(2, 5)],
    stride: random.pick([square(2), [1, 2], [3, 2]] as const),
    padding: square(random.integer(0, 1)),
    image: [random.integer(40, 60), random.integer(50, 70)],
    ...WELL_CONDITIONED,
  })),
  aim("depthwise: as many taps as it adds up, and one more", (random) => ({
    ...random.pick([
      { inputs: 1, kernel: [7, 9] },
      { inputs: 7, kernel: square(3) },
      { inputs: 1, kernel: square(8) },
      { inputs: 16, kernel: [1, 3] },
      { inputs: 17, kernel: [1, 3] },
    ] as const),
    outputs: random.integer(1, 4),
    image: [random.integer(9, 20), random.integer(10, 20)],
    ...WELL_CONDITIONED,
  })),
  aim("depthwise: tiles of whole rows", (random) => ({
    groups: random.size(2),
    kernel: [random.integer(2, 4), random.integer(1, 4)],
    padding: square(random.integer(0, 1)),
    image: [random.integer(125, 140), random.integer(140, 160)],
    ...WELL_CONDITIONED,
  })),
  aim("depthwise: tiles of parts of rows", (random) => ({
    kernel: [1, random.integer(2, 3)],
    padding: [0, random.integer(0, 2)],
    image: [random.integer(1, 2), random.integer(16_500, 16_600)],
    ...WELL_CONDITIONED,
  })),
];
