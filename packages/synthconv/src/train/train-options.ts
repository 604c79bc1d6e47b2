/** The options of the training loop, and what they must be. */

import type { Tensor } from "../autograd/tensor.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import {
  BYTES,
  either,
  FUNCTION,
  type Kind,
  NOT_NEGATIVE,
  optional,
  record,
  SIGNAL,
  whole,
} from "../core/kinds.js";
import type { RandomStream } from "../core/random.js";
import type { Module } from "../nn/module.js";
import type { HistoryRecord } from "./history-record.js";
import { FACTS, MODULE, OPTIMIZER, type RunFacts, SECONDS } from "./kinds.js";
import type { Optimizer } from "./optimizer.js";
import { PLATEAU, type Plateau } from "./plateau.js";
import { SCHEDULE, type Schedule } from "./schedule.js";
import type { WatchOptions } from "./watch.js";

/** What a step receives. */
export interface StepContext {
  /** Counts from 0. */
  readonly step: number;
  readonly steps: number;
  /** Random numbers for this step and this purpose: the same ones whether or not the run was interrupted. */
  readonly random: (purpose: string) => RandomStream;
}

export interface TrainProgress {
  /** Steps done, also those before a resume. */
  readonly step: number;
  readonly steps: number;
  /** Steps per second since the loop began. */
  readonly rate: number;
  /** Seconds, by the rate so far and the time limit. */
  readonly timeLeft: number;
  readonly loss: number;
  readonly learningRate: number;
}

export interface TrainOptions {
  /** Holds every parameter that the optimizer updates; checkpoints save it whole. */
  readonly model: Module;
  readonly optimizer: Optimizer;
  /** Steps of the whole run, also those before a resume. */
  readonly steps: number;
  readonly seed: number;
  /**
   * Computes the loss, a tensor of one entry, from fresh data. Its memory is used again by the next step, as that of `tidy`:
   * what is to outlive the step is copied inside of it (`x.item()`, `tensor(x.data, { shape: x.shape })`).
   */
  readonly step: (context: StepContext) => Tensor;
  /** Factor of the optimizer's learning rate: of the step, or of what the loss was (`Plateau`). Default constant. */
  readonly schedule?: Schedule | Plateau;
  /** Longest gradient norm; longer gradients are scaled down to it. */
  readonly clip?: number;
  /** Ends the loop before its next step, after a last checkpoint. */
  readonly signal?: AbortSignal;
  /**
   * Seconds after which the loop ends. The schedule then follows whichever is further, the steps or the time,
   * so that the run still ends on the last learning rates; it depends on the machine's speed and cannot be
   * repeated to the same bits.
   */
  readonly timeLimit?: number;
  /** Called after every step. */
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Called after every step, before a checkpoint that includes it. */
  readonly history?: (record: HistoryRecord) => void;
  /** Looks at every parameter in some steps, at the cost of a copy of the weights there and nothing elsewhere. */
  readonly watch?: WatchOptions;
  readonly checkpoint?: {
    /** Steps between checkpoints; one more is written at the end. */
    readonly every: number;
    readonly save: (bytes: Uint8Array, step: number) => void | Promise<void>;
  };
  /**
   * The bytes of a checkpoint of this run, to continue after it, to the bits of a run that was not interrupted. A
   * checkpoint records the backend: on another engine call `setBackend` with it before. `setBackend("plain")` before a
   * training gives the same bits on every machine, but for functions of Math in whose last bit engines differ.
   */
  readonly resume?: Uint8Array;
  /** More settings that a resumed run must share: sizes, the data's fingerprint. */
  readonly facts?: RunFacts;
  /** Milliseconds; tests give their own clock. */
  readonly now?: () => number;
}

type CheckpointOptions = NonNullable<TrainOptions["checkpoint"]>;

export const WATCH: Kind<WatchOptions> = record<WatchOptions>({
  every: whole(1),
  record: FUNCTION as Kind<WatchOptions["record"]>,
});

export const CHECKPOINT: Kind<CheckpointOptions> = record<CheckpointOptions>({
  every: whole(1),
  save: FUNCTION as Kind<CheckpointOptions["save"]>,
});

const TRAIN_OPTIONS: Fields<TrainOptions> = {
  model: MODULE,
  optimizer: OPTIMIZER,
  steps: whole(1),
  seed: whole(0),
  step: FUNCTION as Kind<TrainOptions["step"]>,
  schedule: optional(either(SCHEDULE, PLATEAU)),
  clip: optional(NOT_NEGATIVE),
  signal: optional(SIGNAL),
  timeLimit: optional(SECONDS),
  onProgress: optional(FUNCTION) as Kind<TrainOptions["onProgress"]>,
  history: optional(FUNCTION) as Kind<TrainOptions["history"]>,
  watch: optional(WATCH),
  checkpoint: optional(CHECKPOINT),
  resume: optional(BYTES),
  facts: optional(FACTS),
  now: optional(FUNCTION) as Kind<TrainOptions["now"]>,
};

/** @throws {ValueError} when an option is unknown, or of another kind. */
export function checkTrainOptions(options: unknown): asserts options is TrainOptions {
  checkOptions<TrainOptions>("trainLoop", options, TRAIN_OPTIONS);
}
