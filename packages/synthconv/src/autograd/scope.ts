/** What is made in a body of `tidy`. */
import type { Arena } from "../core/arena.js";
import type { FloatArray } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";

/** A tensor, as far as its memory goes. */
export interface Held {
  readonly data: FloatArray;
  readonly shape: Shape;
  readonly label: string;
}

/** What messages call a body, and what they say to do with what is to outlive it. */
export interface ScopeWords {
  readonly name: string;
  readonly repair: string;
}

/** One run of a body of `tidy`. */
export interface Scope {
  readonly words: ScopeWords;
  readonly outer: Scope | undefined;
  readonly arena: Arena;
  /** Where the first of its results lies, if it has some in the memory of results. */
  readonly firstResult: number;
  isOver: boolean;
  /** All that were made in it. */
  readonly tensors: Held[];
  /** Memory that stays whatever the body returns. */
  readonly kept: Set<ArrayBufferLike>;
}

/** Holds the innermost body of `tidy` that runs now. */
export const scopes: { current: Scope | undefined } = { current: undefined };

/** Keeps the memory of a gradient at a leaf beyond the bodies of `tidy` that run now, if any do. */
export function keepMemory({ data }: Held): void {
  scopes.current?.kept.add(data.buffer);
}
