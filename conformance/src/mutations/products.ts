/** Faults of products of matrices. */
import { type Mutation, mutation } from "./mutation.js";

export const products: readonly Mutation[] = [
  mutation(
    "tail",
    "product: the last numbers of a transposed factor's fourth column are the third's",
    "store<f32>(panel, load<f32>(r), 8); store<f32>(panel, load<f32>(s), 12);",
    "store<f32>(panel, load<f32>(r), 8); store<f32>(panel, load<f32>(r), 12);",
  ),
  mutation(
    "geometry",
    "product: the second panel has the columns of the first",
    "const across = <usize>column << 2;",
    "const across = <usize>first << 2;",
  ),
  mutation(
    "edge",
    "product: a tile of the sum has one number less",
    "const length = Math.min(TILE.inner, inner - k);",
    "const length = Math.min(TILE.inner - 1, inner - k);",
  ),
  mutation(
    "choice",
    "product: what a result holds is read where it is fresh, and not where it is not",
    "if (isDirect && !isFresh) copyLines(",
    "if (isDirect && isFresh) copyLines(",
  ),
  mutation(
    "sum",
    "product: the parts of a sum start with what another tile left",
    "if (stop < end) clearPartial(partial);",
    "if (stop > end) clearPartial(partial);",
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
  mutation(
    "slice",
    "product: a tile of columns begins where the first one does",
    "const start = row * product.columns + column;",
    "const start = row * product.columns + 0 * column;",
  ),
  mutation(
    "slice",
    "product: a band of the result ends one short",
    "Math.floor((side * (index + 1)) / slices)] as const;",
    "Math.floor((side * (index + 1)) / slices) - (index + 1 < slices ? 1 : 0)] as const;",
  ),
  mutation(
    "sum",
    "product: a float64 result forgets what it held",
    "to[target + i] = (to[target + i] as number) + (from[source + i] as number);",
    "to[target + i] = from[source + i] as number;",
  ),
  mutation(
    "geometry",
    "product: plain loops read a transposed first factor as it lies",
    "const factor = a[k * rows + row] as number;",
    "const factor = a[row * inner + k] as number;",
  ),
];
