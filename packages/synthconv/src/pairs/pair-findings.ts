/** What is worth saying of a pair; how it is worded is for whoever says it. */
import type { PairRecord } from "./match-pair.js";

export type PairFinding =
  /** One photo was resampled; `parts` say how they lay, and are empty where that is too little to be told. */
  | { readonly kind: "aligned"; readonly parts: readonly PairPart[] }
  /** Equal colours became others there than elsewhere (a brush, a mask, a logo): left out; a share of the area. */
  | { readonly kind: "local"; readonly share: number }
  /** Depends on more than the colour before (a vignette, grain, sharpening): a share of the squared change. */
  | { readonly kind: "unexplained"; readonly share: number };

/** How one photo lies on the other, in the units of `PairRecord`. */
export type PairPart = Readonly<
  | { kind: "scale"; scale: number }
  | { kind: "shift"; x: number; y: number }
  | { kind: "turn"; degrees: number }
  | { kind: "lens"; percent: number }
  | { kind: "part"; shown: number }
>;

/** What is left to be said of a photo that was moved: less is rounding. */
const SEEN = { scale: 0.001, shift: 0.3, turn: 0.05, lens: 0.1, shown: 0.995 } as const;
/** Film looks on a photo and its JPEG leave a hundredth of the change; a vignette or grain leaves several. */
const MUCH = 0.1;

/** In the order in which they are told; empty for a pair whose pixels lie on each other and whose edit is colour alone. */
export function pairFindings(pair: PairRecord): PairFinding[] {
  const { aligned, masked, unexplainedOutside } = pair;
  return [
    ...(aligned ? [{ kind: "aligned", parts: partsOf(pair) } as const] : []),
    ...(masked > 0 ? [{ kind: "local", share: masked } as const] : []),
    ...(unexplainedOutside > MUCH ? [{ kind: "unexplained", share: unexplainedOutside } as const] : []),
  ];
}

function partsOf({ scale, shift, turn, lens, shown }: PairRecord): PairPart[] {
  return [
    ...(Math.abs(scale - 1) > SEEN.scale ? [{ kind: "scale", scale } as const] : []),
    ...(Math.hypot(shift.x, shift.y) > SEEN.shift ? [{ kind: "shift", ...shift } as const] : []),
    ...(Math.abs(turn) > SEEN.turn ? [{ kind: "turn", degrees: turn } as const] : []),
    ...(Math.abs(lens) > SEEN.lens ? [{ kind: "lens", percent: lens } as const] : []),
    ...(shown < SEEN.shown ? [{ kind: "part", shown } as const] : []),
  ];
}
