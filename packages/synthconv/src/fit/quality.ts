/** What a fit of a given quality and size is: the network, the steps of Adam, and those that refine what it found. */
import type { Activation } from "../core/activations.js";

/** The qualities, the quickest first. Each is a measured point of time against fidelity: docs/cli.md, train. */
export const FIT_QUALITIES = ["draft", "normal", "high"] as const;
export type FitQuality = (typeof FIT_QUALITIES)[number];

/** Numbers of a look of which nothing else is said. */
export const FIT_SIZE = 500;
/** The smallest that three hidden layers of one channel take, and more than any layer of 256 has use for. */
export const MIN_SIZE = 14;
export const MAX_SIZE = 132_867;

/** What options of `fitLook` say of it. */
export interface PlanOptions {
  readonly quality?: FitQuality;
  readonly size?: number;
  readonly channels?: number;
  readonly hidden?: number;
  readonly steps?: number;
  readonly knobs?: readonly unknown[];
  readonly generator?: unknown;
  readonly loss?: string;
}

export interface QualityPlan {
  readonly channels: number;
  readonly hidden: number;
  readonly activation: Activation;
  /** Of Adam, before the refinement. */
  readonly steps: number;
  readonly refinement: Refinement | undefined;
}

export interface Refinement {
  readonly steps: number;
  /** Where every step sees the same colours of photos: what is there to learn does not change, and more steps learn more of it. */
  readonly photoSteps: number;
  /** Colours of a step; more make it dearer, fewer fit their own chance. */
  readonly colours: number;
}

const STEPS = 300;
const REFINEMENTS: Readonly<Record<FitQuality, Refinement>> = {
  draft: { steps: 15, photoSteps: 20, colours: 1024 },
  normal: { steps: 30, photoSteps: 60, colours: 2048 },
  high: { steps: 60, photoSteps: 120, colours: 6144 },
};

/** Steps of Adam where nothing can be refined. */
const UNREFINED_STEPS: Readonly<Record<FitQuality, number>> = { draft: 4000, normal: 16_000, high: 48_000 };

/**
 * Three hidden layers of one width, the widest that `size` holds, with tanh between them: 458 weights reach 44.5 dB in the
 * mean of twelve film looks. Against one layer of 64 with relu it is nothing on kodachrome, 2 to 4 dB on those that bend more.
 */
function refinedPlan(quality: FitQuality, size: number): QualityPlan {
  let channels = 1;
  while (channels < 256 && 2 * (channels + 1) ** 2 + 9 * (channels + 1) + 3 <= size) channels++;
  return { channels, hidden: 3, activation: "tanh", steps: STEPS, refinement: REFINEMENTS[quality] };
}

/** One wide layer, 7 numbers a channel and 3. */
function unrefinedPlan(quality: FitQuality, size: number): QualityPlan {
  const channels = Math.min(256, Math.max(1, Math.floor((size - 3) / 7)));
  return { channels, hidden: 1, activation: "relu", steps: UNREFINED_STEPS[quality], refinement: undefined };
}

/**
 * What to do where options leave it open. Weights that a network writes from knobs are not refined, as they are none of its
 * parameters, and only squares are: with knobs, a generator or another loss than mse it is longer training with Adam.
 *
 * @returns undefined where nothing says a quality or size, and the options name the network or the steps themselves, or there is nothing to refine.
 */
export function chosenPlan(options: PlanOptions): QualityPlan | undefined {
  const { quality, size, channels, hidden, steps, knobs = [], generator, loss = "mse" } = options;
  const isAsked = quality !== undefined || size !== undefined;
  const isRefined = knobs.length === 0 && generator === undefined && loss === "mse";
  const isNamed = channels !== undefined || hidden !== undefined || steps !== undefined;
  if (!isAsked && (isNamed || !isRefined)) return undefined;
  const plan = (isRefined ? refinedPlan : unrefinedPlan)(quality ?? "normal", size ?? FIT_SIZE);
  return {
    ...plan,
    channels: channels ?? plan.channels,
    hidden: hidden ?? plan.hidden,
    steps: steps ?? plan.steps,
  };
}
