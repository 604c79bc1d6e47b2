/** What examples of one condition tell a refinement: the colours of its steps, and what holds the network where they tell nothing. */
import { averagedColours, balanceSamples } from "./balance.js";
import { goneOn } from "./beyond-seen.js";
import { concatSamples } from "./concat-samples.js";
import type { FitExample } from "./examples.js";
import type { WeighedRestraint } from "./restraint.js";
import { drawSpread } from "./spread-colours.js";
import { allColours, drawnColours, type StepColours } from "./step-colours.js";

/**
 * Averaged colours of photos: those of the steps, and the larger cells that a spline goes through, whose time grows with the
 * third power of their number.
 */
const MOST_AVERAGED = 2048;
const MOST_CENTERS = 1024;

export interface Told {
  readonly colours: StepColours;
  /** Whether each step sees other colours, which it fits a little too well. */
  readonly isDrawn: boolean;
  readonly restraints: readonly WeighedRestraint[];
}

/**
 * A LUT tells all of its colours, and each step draws others, all over the cube. Photos tell little: all that they tell is seen by every
 * step, and beside it how the map through them that bends least goes on.
 *
 * @param colours of a step, where they are drawn.
 */
export function toldBy(
  examples: readonly Pick<FitExample, "samples" | "balance">[],
  { colours, seed }: { colours: number; seed: number },
): Told {
  if (isOfPhotos(examples)) {
    const all = concatSamples(examples.map(({ samples }) => samples));
    const seen = averagedColours(all, MOST_AVERAGED);
    const beyond = goneOn(averagedColours(all, MOST_CENTERS), seed);
    return { colours: allColours(seen, beyond), isDrawn: false, restraints: [] };
  }
  const parts = examples.map(({ samples, balance }) =>
    balance ? balanceSamples(samples, { seed }) : samples,
  );
  return { colours: drawnColours(drawSpread(parts), { colours, seed }), isDrawn: true, restraints: [] };
}

export function isOfPhotos(examples: readonly Pick<FitExample, "balance">[]): boolean {
  return examples.every(({ balance }) => balance);
}
