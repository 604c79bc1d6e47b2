/** What is said of a pair: how it lies, and what of it no look can learn. */
import type { PairRecord } from "../../pairs/match-pair.js";

export interface PairDocument extends PairRecord {
  readonly before: string;
  readonly after: string;
}

/** What is left to be said of a photo that was moved: less is rounding. */
const SEEN = { scale: 0.001, shift: 0.3, turn: 0.05, lens: 0.1, shown: 0.995 } as const;
/** Film looks on a photo and its JPEG leave a hundredth of the change; a vignette or grain leaves several. */
const MUCH = 0.1;

export function pairWarnings(pair: PairDocument): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const warnings: string[] = [];
  if (pair.aligned) {
    const parts = [
      ...(Math.abs(pair.scale - 1) > SEEN.scale ? [`at ${percent(pair.scale)} of the size`] : []),
      ...(Math.hypot(pair.shift.x, pair.shift.y) > SEEN.shift
        ? [`shifted by ${pair.shift.x.toFixed(1)}, ${pair.shift.y.toFixed(1)} pixels`]
        : []),
      ...(Math.abs(pair.turn) > SEEN.turn ? [`turned by ${pair.turn.toFixed(2)} degrees`] : []),
      ...(Math.abs(pair.lens) > SEEN.lens ? [`bent by ${pair.lens.toFixed(1)} % towards its corners`] : []),
      ...(pair.shown < SEEN.shown ? [`showing ${percent(pair.shown)} of it`] : []),
    ];
    const how = parts.length === 0 ? "nearly as it is" : parts.join(", ");
    warnings.push(`${pair.after} lies on ${pair.before} ${how}: the two were aligned`);
  }
  if (pair.masked > 0) {
    warnings.push(
      `${percent(pair.masked)} of ${pair.after} were left out: there equal colours became others than elsewhere (a ` +
        "brush, a mask, a logo). See where with --report",
    );
  }
  if (pair.unexplainedOutside > MUCH) {
    warnings.push(
      `${percent(pair.unexplainedOutside)} of the change from ${pair.before} to ${pair.after} depend on more than the ` +
        "colour before (a vignette, grain, sharpening, local contrast): no look has that. See where with --report",
    );
  }
  return warnings;
}
