/** A training as the page sees it: whichever network it is, it runs, and can be looked at after any step. */
import type { FitCondition } from "synthconv/fit";
import type { Look, PixelNetwork } from "synthconv/look";
import type { WatchedStep } from "./watched-part.js";

/** What is told of each step. */
export interface Step {
  /** Steps done. */
  readonly step: number;
  readonly steps: number;
  readonly rate: number;
  readonly timeLeft: number;
  readonly loss: number;
  readonly gradientNorm: number;
}

/** The network as it stands. */
export interface Standing {
  networkAt(condition: FitCondition): PixelNetwork;
  /** Undefined where the graph is cut: it is no look. */
  toLook(): Look | undefined;
}

export interface Hooks {
  readonly signal: AbortSignal;
  /** Steps between two whose parameters are watched. */
  readonly watchEvery: number;
  onStep(step: Step, standing: Standing): void;
  /** Comes before `onStep` of the same step. */
  onWatched(step: WatchedStep): void;
  onCheckpoint(bytes: Uint8Array, step: number): void;
}

export interface Outcome {
  readonly isFinished: boolean;
  /** Steps done. */
  readonly step: number;
  /** Finished: with the record of its training. */
  readonly look: Look | undefined;
}

export type Learner = (hooks: Hooks) => Promise<Outcome>;

/** Steps between checkpoints: a tenth of a second. */
export const CHECKPOINT_EVERY = 50;
