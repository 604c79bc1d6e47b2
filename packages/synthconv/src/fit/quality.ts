/** What a fit of a given quality and size is: the network, the steps of Adam, and those that refine what it found. */
import type { Activation } from "../core/activations.js";

/** The qualities, the quickest first. Each is a measured point of time against fidelity: docs/cli.md, train. */
export const FIT_QUALITIES = ["draft", "normal", "high"] as const;
export type FitQuality = (typeof FIT_QUALITIES)[number];

/** Numbers of a look of which nothing else is said. */
export const FIT_SIZE = 500;
/** Of each style of several: twelve make a file of less than 24 kB. */
export const STYLE_SIZE = 465;
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
  readonly styles?: readonly unknown[];
  readonly generator?: unknown;
  readonly loss?: string;
}

export interface QualityPlan {
  /** Units of each hidden layer, the first first. */
  readonly widths: readonly number[];
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
  normal: { steps: 38, photoSteps: 60, colours: 2048 },
  high: { steps: 90, photoSteps: 120, colours: 6144 },
};

/** Each of several styles has fewer numbers than a look alone, and comes as near by more steps: of twelve all do, by 1.6 times. */
const STYLE_STEPS = 1.6;

/** Steps of Adam where nothing can be refined. */
const UNREFINED_STEPS: Readonly<Record<FitQuality, number>> = { draft: 4000, normal: 16_000, high: 48_000 };

/**
 * Three hidden layers with tanh between them, the first one wider: its units have three inputs alone and cost least. In the
 * mean of twelve film looks 16, 13 and 12 units (492 weights) reach 0.2 dB more than three layers of 13 (458 weights).
 */
function refinedPlan(quality: FitQuality, size: number): QualityPlan {
  return {
    widths: widthsWithin(size),
    activation: "tanh",
    steps: STEPS,
    refinement: REFINEMENTS[quality],
  };
}

/** The largest that a look's layers may be. */
const MAX_WIDTH = 256;
/** Of the first layer, for each unit of the second. */
const FIRST_SHARE = 1.2;

/** Widths a, b and c with 4 a + (a + 1) b + (b + 1) c + 3 (c + 1) numbers, b one more than c, as many as `size` holds. */
function widthsWithin(size: number): [number, number, number] {
  let widths: [number, number, number] = [1, 1, 1];
  for (let second = 1; second <= MAX_WIDTH; second++) {
    const third = Math.max(1, second - 1);
    const first = Math.min(MAX_WIDTH, Math.floor((size - second - third * (second + 4) - 3) / (second + 4)));
    if (first < Math.min(MAX_WIDTH, FIRST_SHARE * second) && second > 1) break;
    widths = [first, second, third];
  }
  return widths;
}

/** One wide layer, 7 numbers a channel and 3. */
function unrefinedPlan(quality: FitQuality, size: number): QualityPlan {
  const channels = Math.min(MAX_WIDTH, Math.max(1, Math.floor((size - 3) / 7)));
  return { widths: [channels], activation: "relu", steps: UNREFINED_STEPS[quality], refinement: undefined };
}

/**
 * What to do where options leave it open. Weights that a network writes from knobs are not refined, as they are none of its
 * parameters, and only squares are: with knobs, a generator or another loss than mse it is longer training with Adam.
 *
 * @returns undefined where nothing says a quality or size, and the options name the network or the steps themselves, or there is nothing to refine.
 */
export function chosenPlan(options: PlanOptions): QualityPlan | undefined {
  const {
    quality,
    size,
    channels,
    hidden,
    steps,
    knobs = [],
    styles = [],
    generator,
    loss = "mse",
  } = options;
  const isAsked = quality !== undefined || size !== undefined;
  const isRefined = knobs.length === 0 && generator === undefined && loss === "mse";
  const isNamed = channels !== undefined || hidden !== undefined || steps !== undefined;
  if (!isAsked && (isNamed || !isRefined)) return undefined;
  const plan = (isRefined ? refinedPlan : unrefinedPlan)(
    quality ?? "normal",
    size ?? (styles.length > 1 ? STYLE_SIZE : FIT_SIZE),
  );
  const layers = hidden ?? plan.widths.length;
  const { refinement } = plan;
  return {
    ...plan,
    refinement:
      refinement && styles.length > 1
        ? { ...refinement, steps: Math.round(STYLE_STEPS * refinement.steps) }
        : refinement,
    // A width that is named is that of every layer, and one that is not is as near as may be.
    widths: Array.from(
      { length: layers },
      (_, layer) => channels ?? plan.widths[layer] ?? plan.widths[0] ?? 1,
    ),
    steps: steps ?? plan.steps,
  };
}
