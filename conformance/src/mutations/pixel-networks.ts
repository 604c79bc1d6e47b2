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
    "edge",
    "losses: l1 has a slope at zero",
    "d = v128.bitselect(r, v128.or(v128.and(r, f32x4.splat(-0.0)), one), f32x4.eq(loss, f32x4.splat(0)));",
    "d = v128.or(v128.and(r, f32x4.splat(-0.0)), one);",
  ),
  mutation(
    "special",
    "losses: l1 has a slope for NaN",
    "d = v128.bitselect(d, r, f32x4.eq(r, r)); // sign(NaN) is NaN",
    "",
  ),
  mutation(
    "term",
    "losses: charbonnier without its epsilon",
    "loss = f32x4.sqrt(f32x4.add(f32x4.mul(r, r), epsilonSquared));",
    "loss = f32x4.sqrt(f32x4.mul(r, r));",
  ),
  mutation(
    "term",
    "losses: the weight of a pixel is not in the gradient",
    "v128.store(output, v128.and(mask, f32x4.mul(d, pixelWeight)));",
    "v128.store(output, v128.and(mask, d));",
  ),
  mutation(
    "term",
    "losses: with the image's gradient wanted, the weight of a pixel is not in the loss",
    "total += weight * value;",
    "total += value;",
  ),
  mutation(
    "geometry",
    "losses: with the image's gradient wanted, every channel but the first has the last pixel's weight",
    "(pixelWeight[at % pixels] as number);",
    "(pixelWeight[Math.min(at, pixels - 1)] as number);",
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
  mutation(
    "term",
    "reference: the image's gradient forgets the residual",
    "if (residual) addRows(gradient, upstream, count);",
    "if (residual) addRows(gradient, upstream, 0);",
  ),
  mutation(
    "term",
    "activations: the slope of silu forgets its second term",
    "derivative: (z: number): number => sigmoid(z) + z * sigmoidSlope(z),",
    "derivative: (z: number): number => sigmoid(z),",
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
    "slices: the first slice is not folded into the total",
    "for (let start = 0; start < sums.length; start += length)",
    "for (let start = length; start < sums.length; start += length)",
  ),
  mutation(
    "sum",
    "slices: the loss of a slice is folded into the first weight",
    "let next = start + 1;\n  const addTo",
    "let next = start;\n  const addTo",
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
