/** Faults of what surrounds the kernels: threads, copies, builds, sums, the tape, optimizers. */
import { type Mutation, mutation } from "./mutation.js";

const threads: readonly Mutation[] = [
  mutation(
    "slice",
    "staging: only the first part is copied back",
    "copyEntries(new Uint8Array(shared), from, to, bytes, start * size + from);",
    "if (start <= first) copyEntries(new Uint8Array(shared), from, to, bytes, start * size + from);",
  ),
];

const builds: readonly Mutation[] = [
  mutation(
    "sum",
    "relaxed SIMD: a multiply-add forgets what it adds to",
    "return f32x4.relaxed_madd(a, b, c);",
    "return f32x4.relaxed_madd(a, b, f32x4.splat(0));",
  ),
];

const sums: readonly Mutation[] = [
  mutation(
    "tail",
    "sums: the last number beyond whole blocks is left out",
    "for (; at < end; at++) total.add(data[at] as number);",
    "for (; at + 1 < end; at++) total.add(data[at] as number);",
  ),
];

const tape: readonly Mutation[] = [
  mutation(
    "sum",
    "tape: the gradient of a second use takes the place of the first",
    "const sum = before instanceof GradientSum ? before : new GradientSum(before);\n  sum.add(term);",
    "const sum = before instanceof GradientSum ? before : new GradientSum(term);",
  ),
  mutation(
    "sum",
    "tape: a second backward takes the place of the first",
    "if (before === undefined) {\n    leaf.grad = gradient;",
    "if (before === undefined || !leaf.requiresGrad || leaf.node === undefined) {\n    leaf.grad = gradient;",
  ),
];

const optimizers: readonly Mutation[] = [
  mutation(
    "term",
    "Adam: the average of squares is not corrected",
    "const squareCorrection = Math.sqrt(1 - wholePower(beta2, steps));",
    "const squareCorrection = Math.sqrt(1 - 0 * wholePower(beta2, steps));",
  ),
  mutation(
    "term",
    "AdamW: the weight decay is in the gradient, too",
    "const penalty = isDecoupled ? 0 : weightDecay;",
    "const penalty = weightDecay;",
  ),
  mutation(
    "term",
    "Adam on the kernel: both averages have the first one's share",
    "share2 = f64x2.splat(1 - beta2)",
    "share2 = f64x2.splat(1 - beta1)",
  ),
  mutation(
    "term",
    "SGD: Nesterov's momentum is the ordinary one",
    "? slope + momentum * (velocity[i] as number)",
    "? 0 * slope + (velocity[i] as number)",
  ),
];

export const surroundings: readonly Mutation[] = [...threads, ...builds, ...sums, ...tape, ...optimizers];
