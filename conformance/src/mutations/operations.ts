/** Faults of what operations do to entries, and of moves. */
import { type Mutation, mutation } from "./mutation.js";

export const operations: readonly Mutation[] = [
  mutation(
    "special",
    "power: a number below 0 keeps its sign under even exponents",
    "v128.and(f64x2.ne(half, f64x2.nearest(half)), f64x2.eq(b, f64x2.nearest(b)))",
    "v128.and(f64x2.eq(half, f64x2.nearest(half)), f64x2.eq(b, f64x2.nearest(b)))",
  ),
  mutation(
    "choice",
    "power: of the blocks of a chunk the first says which of them are beyond the domain",
    "pass.kernel(bytes * stepA, bytes * stepB, bytes, part)",
    "pass.kernel(0, 0, 0, part)",
  ),
  mutation(
    "tail",
    "transpose: the last row beyond whole blocks of four is left out",
    "byNumbers(at, fromStep, target, toStep, rows - inBlocks, IN_LINE);",
    "byNumbers(at, fromStep, target, toStep, rows - inBlocks - 1, IN_LINE);",
  ),
  mutation(
    "slice",
    "transpose: every part of the rows goes to the place of the first",
    "const place = to.start + column * to.step + row;",
    "const place = to.start + column * to.step + 0 * row;",
  ),
];
