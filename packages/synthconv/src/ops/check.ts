import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { isPlainObject } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { type Kind, kind, optional, repairedBy, whole } from "../core/kinds.js";
import { formatShape, sizeOf } from "../core/shape.js";

/** @throws {ValueError} when the tensors are not all float32 or all float64; an absent one is skipped. */
export function checkSameDType(where: string, tensors: readonly (Tensor | undefined)[]): void {
  let first: Tensor | undefined;
  for (const one of tensors) {
    if (one === undefined) continue;
    first ??= one;
    if (one.dtype !== first.dtype) {
      throw new ValueError({
        where,
        expected: `inputs of one dtype (${first.dtype}, as the first)`,
        received: `${one.dtype} for ${one.label} ${formatShape(one.shape)}`,
        repair: `Convert it: cast(x, "${first.dtype}").`,
      });
    }
  }
}

/**
 * A tensor whose buffer was transferred has no numbers left, and nothing else would notice.
 *
 * @throws {ShapeError} when a tensor does not hold the numbers of its shape; an absent one is skipped.
 */
export function checkMemory(where: string, tensors: readonly (Tensor | undefined)[]): void {
  for (const one of tensors) {
    if (one === undefined || one.data.length === sizeOf(one.shape)) continue;
    throw new ShapeError({
      where,
      expected: `${one.shape.join("*")} = ${sizeOf(one.shape)} numbers in ${one.label} ${formatShape(one.shape)}`,
      received: String(one.data.length),
      repair: "Its buffer was transferred elsewhere: give a copy away instead, data.slice().",
    });
  }
}

/** @throws {ShapeError} when the tensor has not exactly the axes that `axes` names, as `[B,C,H,W]`. */
export function checkAxes(where: string, x: Tensor, axes: string, repair: string): void {
  const rank = axes.split(",").length;
  if (x.rank === rank) return;
  throw new ShapeError({ where, expected: `${rank} axes ${axes}`, received: formatShape(x.shape), repair });
}

/**
 * The tensor must be a batch of images.
 *
 * @throws {ShapeError} when it has not 4 axes.
 */
export function checkImage(operation: string, name: string, x: Tensor): void {
  const repair =
    x.rank === 3
      ? `Add the batch axis: reshape(${name}, ${formatShape([1, ...x.shape])}).`
      : "B is the batch, C channels, H height, W width.";
  checkAxes(`${operation} ${name}`, x, "[B,C,H,W]", repair);
}

/** Options where a bias belongs are the commonest slip in plain JavaScript. */
export const BIAS: Kind<Tensor | undefined> = repairedBy(optional(TENSOR), (value) => {
  if (value === null || value === false) return "Leave it out, or pass undefined, for none.";
  return isPlainObject(value) ? "Options come after it: pass undefined for no bias." : TENSOR.repair?.(value);
});

/** One number for both directions, or `[vertical, horizontal]`. */
export type Pair = number | readonly [vertical: number, horizontal: number];

/** Whole numbers of at least `least`. */
export function pair(least: number, repair?: Kind["repair"]): Kind<Pair> {
  const side = whole(least);
  return kind(
    `${side.expected}, or a pair [vertical, horizontal] of them`,
    (value) =>
      side.accepts(value) || (Array.isArray(value) && value.length === 2 && value.every(side.accepts)),
    repair,
  );
}

export function bothSides(value: Pair): readonly [vertical: number, horizontal: number] {
  return typeof value === "number" ? [value, value] : value;
}
