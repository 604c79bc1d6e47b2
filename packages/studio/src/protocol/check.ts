/** Requests about what a pair is, before a look is learned from it. */
import type { ChartReading, ErrorShares, PairRecord } from "synthconv/fit";
import type { ChartFinding, PairFinding } from "synthconv/internal";
import type { FileRef, Picture } from "./training.js";

export interface CheckAsk {
  readonly before: FileRef;
  readonly after: FileRef;
}

export interface PairCheck {
  readonly record: PairRecord;
  /** What is worth saying of it. */
  readonly findings: readonly PairFinding[];
  /** Of which kind it is what no look can learn. */
  readonly shares: ErrorShares;
  /** The photo before, small, on the grid on which both were compared. */
  readonly photo: Picture;
  /** Over the photo: transparent where the edit is colour alone, brighter the less it is, what is left out outlined. */
  readonly map: Picture;
}

export interface ChartCheck {
  readonly record: Omit<ChartReading, "values">;
  /** What of the edit is not colour. */
  readonly findings: readonly ChartFinding[];
}

/** What a photo is that no other one goes with. */
export interface Single {
  readonly kind: "chart" | "photo";
}
