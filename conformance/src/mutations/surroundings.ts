/** Faults of what surrounds the kernels: threads, copies, builds, sums, the tape, optimizers. */
import { type Mutation, mutation } from "./mutation.js";

const threads: readonly Mutation[] = [
  mutation(
    "slice",
    "staging: only the first part is copied back",
    "copyEntries(new Uint8Array(shared), from, to, bytes, start * size + from);",
    "if (start <= first) copyEntries(new Uint8Array(shared), from, to, bytes, start * size + from);",
  ),
  mutation(
    "slice",
    "staging: nothing is copied back of a part that begins within the array's",
    "copyEntries(new Uint8Array(shared), from, to, bytes, start * size + from);",
    "if (from === 0) copyEntries(new Uint8Array(shared), from, to, bytes, start * size + from);",
  ),
  mutation(
    "choice",
    "threads: share arrays of which one lies in shared memory",
    "facts.arrays.every((array) => array === undefined || isShared(array));",
    "facts.arrays.some((array) => array !== undefined && isShared(array));",
  ),
  mutation(
    "edge",
    "threads: claim one slice too many",
    "slice >= slices) return undefined;",
    "slice > slices) return undefined;",
  ),
  mutation(
    "edge",
    "threads: the last slice is left to nobody",
    "slice >= slices) return undefined;",
    "slice + 1 >= slices) return undefined;",
  ),
  mutation(
    "choice",
    "threads: workers use their fastest backend",
    "setBackend(message.backend);",
    "setBackend(undefined);",
  ),
  mutation(
    "slice",
    "copies: to memory that threads share, at a place that counts bytes",
    "to.byteOffset + at * size,",
    "to.byteOffset + at,",
  ),
];

const builds: readonly Mutation[] = [
  mutation(
    "sum",
    "relaxed SIMD: a multiply-add forgets what it adds to",
    "return f32x4.relaxed_madd(a, b, c);",
    "return f32x4.relaxed_madd(a, b, f32x4.splat(0));",
  ),
  mutation(
    "special",
    "relaxed SIMD: the float64 multiply-add of exact lookups has the wrong sign",
    "return f64x2.relaxed_madd(a, b, c);",
    "return f64x2.relaxed_nmadd(a, b, c);",
  ),
];

const sums: readonly Mutation[] = [
  mutation(
    "tail",
    "sums: the last number beyond whole blocks is left out",
    "for (; at < end; at++) total.add(data[at] as number);",
    "for (; at + 1 < end; at++) total.add(data[at] as number);",
  ),
  mutation(
    "sum",
    "sums: what the last addition lost replaces what others did",
    "this.#lost[at] = (this.#lost[at] as number) + less;",
    "this.#lost[at] = less;",
  ),
  mutation(
    "edge",
    "windows: a tap meets one pixel too few",
    "const last = Math.min(outputs - 1, Math.floor((input - 1 - shift) / stride));",
    "const last = Math.min(outputs - 1, Math.floor((input - 2 - shift) / stride));",
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
    "tape: a third gradient is not added",
    "this.#wide ??= Float64Array.from(this.#total.data);\n    if (term",
    "this.#wide ??= Float64Array.from(this.#total.data);\n    if (this.#terms === 3) return;\n    if (term",
  ),
  mutation(
    "sum",
    "tape: a second backward takes the place of the first",
    "if (before === undefined) {\n    leaf.grad = gradient;",
    "if (before === undefined || !leaf.requiresGrad || leaf.node === undefined) {\n    leaf.grad = gradient;",
  ),
  mutation(
    "slice",
    "tape: two tensors share one gradient",
    "taken.has(data) ? data.slice() : data, gradientOf",
    "taken.has(data) ? data : data, gradientOf",
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
    "SGD: Nesterov's momentum is the ordinary one",
    "? slope + this.#momentum * (velocity[i] as number)",
    "? 0 * slope + (velocity[i] as number)",
  ),
];

export const surroundings: readonly Mutation[] = [...threads, ...builds, ...sums, ...tape, ...optimizers];
