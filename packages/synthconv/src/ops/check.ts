import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { isPlainObject } from "../core/describe-value.js";
import { isListOf, type Kind, kind, optional, record, repairedBy, whole } from "../core/kinds.js";

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

/** Pixels on each side of an image; 0 where left out. */
export interface Sides {
  readonly top?: number;
  readonly bottom?: number;
  readonly left?: number;
  readonly right?: number;
}

/** One number, `[vertical, horizontal]`, or a number for each side. */
export type Padding = Pair | Sides;

const BORDER = optional(whole(0));
const SIDES = record<Sides>({ top: BORDER, bottom: BORDER, left: BORDER, right: BORDER });

export const PADDING: Kind<Padding> = kind(
  "a whole number of 0 or more, a pair [vertical, horizontal] of them, or { top, bottom, left, right }",
  (value) => pair(0).accepts(value) || SIDES.accepts(value),
  (value) =>
    Array.isArray(value) && value.length > 2
      ? "For sides that differ, write { top, bottom, left, right }."
      : undefined,
);

export function sidesOf(padding: Padding): Required<Sides> {
  if (typeof padding === "object" && !Array.isArray(padding)) {
    return { top: 0, bottom: 0, left: 0, right: 0, ...(padding as Sides) };
  }
  const [vertical, horizontal] = bothSides(padding as Pair);
  return { top: vertical, bottom: vertical, left: horizontal, right: horizontal };
}
