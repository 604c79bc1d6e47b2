/** What examples of one condition tell a refinement: the colours of its steps, and what holds the network where they tell nothing. */
import type { RandomStream } from "../core/random.js";
import { averagedColours, balanceSamples } from "./balance.js";
import { goneOn } from "./beyond-seen.js";
import { concatSamples } from "./concat-samples.js";
import type { FitExample } from "./examples.js";
import type { WeighedRestraint } from "./restraint.js";
import { type ColourSamples, sampleCount } from "./samples.js";
import { allColours, type DrawColours, drawnColours, type StepColours } from "./step-colours.js";

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
 * A LUT tells all of its colours, and each step draws others. Photos tell little: all that they tell is seen by every
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
  return { colours: drawnColours(drawFrom(parts), { colours, seed }), isDrawn: true, restraints: [] };
}

export function isOfPhotos(examples: readonly Pick<FitExample, "balance">[]): boolean {
  return examples.every(({ balance }) => balance);
}

/** Any example first, then one of its colours: as many of each, as in training. */
function drawFrom(parts: readonly ColourSamples[]): DrawColours {
  return (stream: RandomStream, count: number) => {
    const drawn = { input: new Float32Array(3 * count), target: new Float32Array(3 * count) };
    for (let nth = 0; nth < count; nth++) {
      const part = parts[parts.length === 1 ? 0 : stream.integer(parts.length)] as ColourSamples;
      const total = sampleCount(part);
      const from = stream.integer(total);
      for (let channel = 0; channel < 3; channel++) {
        drawn.input[channel * count + nth] = part.input[channel * total + from] as number;
        drawn.target[channel * count + nth] = part.target[channel * total + from] as number;
      }
    }
    return drawn;
  };
}
