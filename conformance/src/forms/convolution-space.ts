/** The space of convolutions: what a case says, what is drawn from all of it, and what is drawn on purpose. */
import type { Threads } from "../case.js";
import type { Random } from "../random.js";
import { type FamilyName, moderateFamilies, type Spoiler } from "../values.js";
import { drawFamilies, drawSpoiler, type Sides, sides } from "./draws.js";

export type Convolution = {
  readonly form: "conv2d";
  readonly batch: number;
  readonly groups: number;
  /** Channels of a group, in and out. */
  readonly inputs: number;
  readonly outputs: number;
  readonly image: Sides;
  readonly kernel: Sides;
  readonly stride: Sides;
  readonly padding: Sides;
  readonly dilation: Sides;
  readonly weights: "shared" | "per sample";
  readonly bias: "none" | "shared" | "per sample";
  readonly values: FamilyName;
  readonly weight: FamilyName;
  readonly upstream: FamilyName;
  /** What takes the place of one number, and whose. */
  readonly spoiler: Spoiler;
  readonly spoilt: "image" | "weight" | "upstream";
  /** float64 runs in plain loops. */
  readonly numbers: "float32" | "float64";
  readonly threads: Threads;
  readonly seed: number;
};

export const simplestConvolution: Convolution = {
  form: "conv2d",
  batch: 1,
  groups: 1,
  inputs: 1,
  outputs: 1,
  image: [1, 1],
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
  weights: "shared",
  bias: "none",
  values: "whole numbers",
  weight: "whole numbers",
  upstream: "whole numbers",
  spoiler: "none",
  spoilt: "image",
  numbers: "float32",
  threads: "one",
  seed: 0,
};

/** Any convolution; its image may turn out too small for its kernel. */
export function drawConvolution(random: Random): Convolution {
  const isSquare = random.chance(0.5);
  const sameOrNot = (draw: () => number): Sides => {
    const first = draw();
    return [first, isSquare ? first : draw()];
  };
  const kernel = random.chance(0.3) ? ([3, 3] as const) : sameOrNot(() => random.integer(1, 13));
  const stride = random.chance(0.4) ? ([1, 1] as const) : sameOrNot(() => random.integer(1, 5));
  const dilation = random.chance(0.6) ? ([1, 1] as const) : sameOrNot(() => random.integer(1, 4));
  const padding = sides((axis) => {
    if (random.chance(0.3)) return 0;
    return random.chance(0.7) ? kernel[axis] >> 1 : random.integer(0, kernel[axis] + 3);
  });
  const output = sameOrNot(() => random.axis(24));
  const image = sides((axis) => {
    const room = (output[axis] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1;
    return Math.max(1, room + random.integer(0, stride[axis] - 1) - 2 * padding[axis]);
  });
  // On both sides of what pays on the kernel, a sample and group; the channels take what the sizes leave.
  const work = 2 ** (9 + 7 * random.uniform());
  const channels = Math.max(1, work / (kernel[0] * kernel[1] * output[0] * output[1]));
  const inputs = random.axis(channels);
  const isPerSample = random.chance(0.4);
  return {
    ...simplestConvolution,
    batch: random.chance(0.05) ? 0 : random.size(3),
    groups: random.chance(0.7) ? 1 : random.integer(2, 4),
    inputs,
    outputs: Math.max(1, Math.round(channels / inputs)),
    image,
    kernel,
    stride,
    padding,
    dilation,
    weights: isPerSample ? "per sample" : "shared",
    bias: random.pick(["none", "shared", "per sample"]),
    ...drawNumbers(random),
    numbers: random.chance(0.9) ? "float32" : "float64",
  };
}

export function drawNumbers(
  random: Random,
): Pick<Convolution, "values" | "weight" | "upstream" | "spoiler" | "spoilt" | "seed"> {
  return {
    ...drawFamilies(random),
    upstream: random.pick(moderateFamilies),
    spoiler: drawSpoiler(random),
    spoilt: random.pick(["image", "weight", "upstream"]),
    seed: random.bits(),
  };
}
