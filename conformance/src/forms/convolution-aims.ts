/** Convolutions that take the ways which small ones seldom take. */
import type { Aim } from "../case.js";
import { aim, few, often, square, WELL_CONDITIONED } from "./convolution-draws.js";
import type { Convolution } from "./convolution-space.js";
import { depthwiseAims } from "./depthwise-aims.js";
import { winogradAims } from "./winograd-aims.js";

const direct: readonly Aim<Convolution>[] = [
  aim("direct: several chunks of channels", (random) => {
    // More than 4096 numbers of a sum, and of one over outputs.
    const kernel = [random.integer(12, 13), random.integer(12, 13)] as const;
    const image = [kernel[0], kernel[1] + random.integer(0, 1)] as const;
    const spoiler = "none";
    return { inputs: random.integer(29, 36), outputs: random.pick([1, 2, 30]), kernel, image, spoiler };
  }),
  aim("direct: several chunks of outputs", (random) => ({
    inputs: few(random),
    outputs: 256 + random.integer(1, 40),
    kernel: [random.integer(1, 2), 2],
    image: [random.integer(2, 4), random.integer(3, 5)],
    padding: [random.integer(0, 1), 0],
  })),
  often(6, "direct: several chunks of channels and of outputs", (random) => {
    const kernel = [random.integer(12, 13), 13] as const;
    const outputs = 256 + random.integer(1, 4);
    return { inputs: random.integer(32, 34), outputs, kernel, image: kernel, ...WELL_CONDITIONED };
  }),
  aim("direct: tiles of whole rows", (random) => ({
    outputs: random.integer(200, 260),
    kernel: [random.integer(1, 2), 2],
    image: [random.integer(22, 26), random.integer(18, 24)],
    ...WELL_CONDITIONED,
  })),
  aim("direct: tiles of parts of rows", (random) => ({
    outputs: random.integer(220, 260),
    kernel: [1, 2],
    image: [random.integer(1, 2), random.integer(310, 360)],
    padding: [0, random.integer(0, 3)],
    ...WELL_CONDITIONED,
  })),
  aim("direct: tiles of the planes of a stride", (random) => ({
    inputs: random.integer(12, 16),
    outputs: few(random),
    kernel: [random.integer(3, 6), random.integer(3, 6)],
    stride: square(4),
    padding: [random.integer(0, 4), random.integer(0, 4)],
    image: [random.integer(72, 84), random.integer(72, 84)],
    ...WELL_CONDITIONED,
  })),
  aim("below what pays on the kernel", (random) => ({
    inputs: few(random),
    outputs: few(random),
    kernel: [random.integer(1, 3), random.integer(1, 3)],
    image: [random.integer(3, 5), random.integer(3, 5)],
  })),
  aim("pointwise", (random) => ({
    batch: random.size(3),
    inputs: random.integer(3, 24),
    outputs: random.integer(3, 24),
    image: [random.integer(12, 16), random.integer(20, 40)],
    weights: random.pick(["shared", "per sample"]),
  })),
  often(10, "1x1 with padding, with a stride", (random) => ({
    batch: random.size(2),
    inputs: random.integer(3, 24),
    outputs: random.integer(3, 24),
    stride: random.pick([square(1), square(1), [2, 1], square(2)]),
    padding: [random.integer(0, 3), random.integer(1, 3)],
    image: [random.integer(5, 16), random.integer(7, 20)],
    bias: random.pick(["none", "shared", "per sample"]),
  })),
  often(8, "3x3 with a dilation that is the stride", (random) => {
    const side = square(random.integer(2, 3));
    return {
      inputs: random.integer(4, 8),
      outputs: random.integer(4, 8),
      kernel: square(3),
      stride: side,
      dilation: side,
      padding: square(random.integer(0, 2)),
      image: [random.integer(12, 24), random.integer(16, 24)],
    };
  }),
  often(8, "other strides, dilations and padding in either axis", (random) => {
    const [first, second] = random.pick([
      [1, 2],
      [2, 1],
      [3, 2],
    ] as const);
    return {
      inputs: few(random),
      outputs: few(random),
      kernel: [random.integer(2, 5), random.integer(2, 5)],
      stride: [first, random.integer(1, 2)],
      dilation: [first, second],
      padding: [second, random.integer(0, 2)],
      image: [random.integer(14, 20), random.integer(14, 20)],
    };
  }),
  aim("an image between the steps of a stride", (random) => ({
    inputs: random.integer(40, 60),
    outputs: random.integer(55, 70),
    stride: square(random.integer(3, 5)),
    padding: square(1),
  })),
  aim("weights that meet padding and are not finite", (random) => ({
    inputs: random.integer(4, 8),
    outputs: random.integer(4, 8),
    kernel: square(random.integer(2, 4)),
    padding: square(1),
    image: [random.integer(7, 9), random.integer(7, 9)],
    spoiler: random.pick(["NaN", "Infinity", "-Infinity"]),
    spoilt: "weight",
  })),
];

const sliced: readonly Aim<Convolution>[] = [
  aim("threads", (random) => {
    const isStrided = random.chance(0.5);
    return {
      // More samples than slices.
      batch: 6,
      inputs: random.integer(6, 9),
      outputs: 16,
      kernel: square(isStrided ? 5 : 3),
      padding: square(isStrided ? 2 : 1),
      stride: isStrided ? [2, random.integer(1, 2)] : square(1),
      weights: random.pick(["shared", "per sample"]),
      threads: "shared memory",
      ...WELL_CONDITIONED,
    };
  }),
  aim("parts of a sample", (random) => ({
    inputs: random.integer(4, 8),
    outputs: random.integer(3, 5),
    kernel: square(random.integer(2, 4)),
    stride: [1, random.integer(1, 2)],
    weights: random.pick(["shared", "per sample"]),
    ...WELL_CONDITIONED,
  })),
].map(({ name, draw }) => ({ name, draw: (random) => withWork(draw(random)) }));

// Multiply-adds of a pass that threads share, and of one whose sums are cut.
const SHARED_WORK = 5.3e6;
const CUT_WORK = 2.6e6;

/** With an image that makes enough work of it. */
function withWork(one: Convolution): Convolution {
  const { batch, inputs, outputs, kernel, stride } = one;
  const work = one.threads === "one" ? CUT_WORK : SHARED_WORK;
  const area = work / (batch * inputs * outputs * kernel[0] * kernel[1]);
  const height = Math.ceil(Math.sqrt(area));
  return { ...one, image: [height * stride[0], Math.ceil(area / height) * stride[1]] };
}

export const convolutionAims: readonly Aim<Convolution>[] = [
  ...direct,
  ...depthwiseAims,
  ...winogradAims,
  ...sliced,
];
