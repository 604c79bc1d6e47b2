import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { isPlainObject } from "../core/describe-value.js";
import { isListOf, type Kind, kind, optional, repairedBy, whole } from "../core/kinds.js";

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
    (value) => side.accepts(value) || (isListOf(side, value) && value.length === 2),
    repair,
  );
}

export function bothSides(value: Pair): readonly [vertical: number, horizontal: number] {
  return typeof value === "number" ? [value, value] : value;
}
