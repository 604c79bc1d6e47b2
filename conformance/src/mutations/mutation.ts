/** A fault that is planted on purpose, to see whether the tests notice it (conformance/mutate.mjs). */

export type Kind =
  /** A stride, a dilation, padding, groups or an offset is not looked at. */
  | "geometry"
  /** Off by one, or the wrong side of a bound. */
  | "edge"
  /** What is left over beyond whole vectors, blocks or tiles, and what fills them up. */
  | "tail"
  /** A part of a sum is lost, counted twice or not brought on. */
  | "sum"
  /** A term is forgotten: a bias, a residual, a weight, a slope. */
  | "term"
  /** What decides between two ways decides wrongly. */
  | "choice"
  /** The boundary of a slice, a chunk, a sample or a copy is wrong. */
  | "slice"
  /** NaN, infinities, -0, rounding. */
  | "special";

export interface Mutation {
  readonly kind: Kind;
  /** Where, and what is wrong then. */
  readonly name: string;
  /** Stands once in the library's sources. */
  readonly find: string;
  readonly replace: string;
}

/** The file is found by its text, so that moving code moves no list. */
export function mutation(kind: Kind, name: string, find: string, replace: string): Mutation {
  return { kind, name, find, replace };
}
