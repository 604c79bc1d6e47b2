/** Requests about what a pair is, before a look is learned from it. */
import type { PairRecord } from "synthconv/fit";
import type { PairFinding } from "synthconv/internal";
import type { FileRef, Picture } from "./training.js";

export interface CheckAsk {
  readonly before: FileRef;
  readonly after: FileRef;
}

export interface PairCheck {
  readonly record: PairRecord;
  /** What is worth saying of it. */
  readonly findings: readonly PairFinding[];
  /** The photo before, small, on the grid on which both were compared. */
  readonly photo: Picture;
  /** Over the photo: transparent where the edit is colour alone, brighter the less it is, what is left out outlined. */
  readonly map: Picture;
}
