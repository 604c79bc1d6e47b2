/** Faults of what the kernels of pixel networks share: losses, the reference, batches, slices. */
import { type Mutation, mutation } from "./mutation.js";

const losses: readonly Mutation[] = [
  mutation(
    "tail",
    "losses: the pixels that fill up a vector are not masked",
    "i32x4.splat(<i32>(offset >> 2))), i32x4.splat(pixels));",
    "i32x4.splat(<i32>(offset >> 2))), i32x4.splat((pixels + 3) & ~3));",
  ),
  mutation(
    "special",
    "losses: l1 has a slope for NaN",
    "d = v128.bitselect(d, r, f32x4.eq(r, r)); // sign(NaN) is NaN",
    "",
  ),
  mutation(
    "term",
    "losses: with the image's gradient wanted, the weight of a pixel is not in the loss",
    "total += weight * value;",
    "total += value;",
  ),
];

const reference: readonly Mutation[] = [
  mutation(
    "slice",
    "reference: every block has the pixel weights of the first",
    "(pixelWeight[first + pixel] as number)",
    "(pixelWeight[pixel] as number)",
  ),
  mutation(
    "special",
    "reference: an infinite gradient goes through a flat activation",
    "gradient[entry] = factor === 0 ? 0 : (gradient[entry] as number) * factor;",
    "gradient[entry] = (gradient[entry] as number) * factor;",
  ),
];

const batches: readonly Mutation[] = [
  mutation(
    "slice",
    "slices: a slice of pixels ends one too late",
    "end: Math.min(pixels, (index + 1) * length) };",
    "end: Math.min(pixels, (index + 1) * length + 1) };",
  ),
  mutation(
    "sum",
    "slices: the sums of a slice start with those of the one before",
    "sums.fill(0);\n    sums[0] = run(sliceRange(pixels, slice), gradients);",
    "sums[0] = run(sliceRange(pixels, slice), gradients);",
  ),
  mutation(
    "slice",
    "batches: on threads every sample has the network of the first",
    "if (sample !== begun) run = begin(calls[sample] as Call);",
    "if (begun === undefined) run = begin(calls[sample] as Call);",
  ),
  mutation(
    "slice",
    "batches: of a batch that is several jobs one sample is left out",
    "yield { calls: calls.slice(first, first + most), slices };",
    "yield { calls: calls.slice(first, first + most - 1), slices };",
  ),
];

export const pixelNetworks: readonly Mutation[] = [...losses, ...reference, ...batches];
