import type { ComponentType } from "preact";

/** A part of what a person can do: a folder each under `features/`, and a row in `features/list.ts`. */
export interface Feature {
  /** Unique, of the page's elements too. */
  readonly id: string;
  /** What its heading and the way to it say. */
  readonly title: string;
  readonly View: ComponentType;
}
