/** Pairs of photos as people have them: how they lie on each other, and what of an edit is not colour. Knows no trainer. */
export type { ErrorShares } from "./error-shares.js";
export type { LocalEdits } from "./local-edits.js";
export { type MatchedPair, matchPair, type PairNames, type PairRecord } from "./match-pair.js";
export { checkView, type PixelView, topOf } from "./pixel-view.js";
