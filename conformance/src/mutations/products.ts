/** Faults of products of matrices. */
import { type Mutation, mutation } from "./mutation.js";

export const products: readonly Mutation[] = [
  mutation(
    "geometry",
    "product: the second panel has the columns of the first",
    "const across = <usize>column << 2;",
    "const across = <usize>first << 2;",
  ),
  mutation(
    "choice",
    "product: of a sum of 33 to 64 numbers the first 32 are lost",
    "if (length > SHORT) {",
    "if (length > 2 * SHORT) {",
  ),
  mutation(
    "sum",
    "product: a third part of a long sum takes the place of the first two",
    "foldSums(c, folded, rows * cStride, this.#isFolded ? 0 : 1);",
    "foldSums(c, folded, rows * cStride, 1);",
  ),
  mutation(
    "sum",
    "product: of float64 sums the upper ones are lost",
    "v128.store(c, i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));",
    "v128.store(c, i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 0));",
  ),
  mutation("sum", "product: long sums stay in float32", "const FOLD = 1024;", "const FOLD = 1 << 30;"),
];
