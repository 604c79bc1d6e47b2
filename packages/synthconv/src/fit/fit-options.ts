/** The options of `fitLook`, checked. */
import { COLOUR_SPACE_NAME } from "../colour/index.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import {
  BOOLEAN,
  BYTES,
  FUNCTION,
  type Kind,
  kind,
  NOT_NEGATIVE,
  oneOf,
  optional,
  record,
  SIGNAL,
  STRING,
  whole,
} from "../core/kinds.js";
import { type GeneratorSettings, generatorFields } from "../generator/index.js";
import { LOSS } from "../kernels/index.js";
import { checkKnobs, type Knob, type Style } from "../look/index.js";
import type { PixelLossName } from "../ops/index.js";
import { SECONDS } from "../train/kinds.js";
import { CHECKPOINT, type TrainOptions, type TrainProgress, WATCH } from "../train/train-options.js";
import type { FitExample } from "./examples.js";
import { checkExamples } from "./kinds.js";
import type { LookModel } from "./look-model.js";
import { FIT_QUALITIES, type FitQuality, MAX_SIZE, MIN_SIZE } from "./quality.js";

export interface FitOptions
  extends Pick<TrainOptions, "signal" | "timeLimit" | "history" | "watch" | "checkpoint" | "resume"> {
  /** Called after every step, with the look as it stands: `model.networkAt` and `model.toLook` show it while it is trained. */
  readonly onProgress?: (progress: TrainProgress, model: LookModel) => void;
  /** Default: none, so that the generator is its bias alone. */
  readonly knobs?: readonly Knob[];
  /** Default: none. Each is trained on as many colours as a look of its own, and their blends are exact. */
  readonly styles?: readonly Style[];
  /**
   * How long to search. With it, with `size`, and where none of `channels`, `hidden` and `steps` is given, the network is a
   * narrow deep one, and after Adam each style is refined by steps of Levenberg and Marquardt. With knobs, a generator or a loss
   * but mse Adam alone takes more steps, or fewer. Default normal.
   */
  readonly quality?: FitQuality;
  /** The most weights and biases of each style's network, 14 to 132867. Default 500. */
  readonly size?: number;
  /** Width of each hidden layer of the pixel network, K. Default 64, with a quality what its size holds. */
  readonly channels?: number;
  /** Hidden layers of the pixel network, 0 to 3. Default 1, with a quality 3. */
  readonly hidden?: number;
  /** Its kind and that kind's settings; only with knobs. Default `{ hidden: [32, 32] }`, fully connected. */
  readonly generator?: GeneratorSettings;
  /** Of Adam. Default 16000, with a quality some hundred. */
  readonly steps?: number;
  /** Colours per step, all examples of the step together. Default 2048. */
  readonly batch?: number;
  /** Of Adam at the start; it falls to 0 along half a cosine. Default 0.01, with knobs `KNOB_LEARNING_RATE`. */
  readonly learningRate?: number;
  /** Default mse. */
  readonly loss?: PixelLossName;
  /** Default 0. */
  readonly seed?: number;
  /** For colours of photos: average their noise and bring rare ones forward, by `balanceSamples`. Default false. */
  readonly balance?: boolean;
  /** What the colours before are encoded in: a name of `COLOUR_SPACES`. Default srgb. */
  readonly colourSpace?: string;
  /** What the colours after are encoded in, where that is another one. Default `colourSpace`. */
  readonly outputSpace?: string;
  /** Measures the look when it is trained, and records the error in it. */
  readonly test?: FitTest;
  /** What the schema says of where the examples came from; no paths. */
  readonly source: string;
}

/** What a look is measured on when it is trained. */
export interface FitTest {
  /** What the colours are: `held-out pixels`, `lattice`. */
  readonly on: string;
  /** Colours that it is not trained on, each at a setting of the knobs. */
  readonly examples: readonly FitExample[];
}

const FIT_OPTIONS: Fields<FitOptions> = {
  // Checked where looks check theirs.
  knobs: optional(kind("a list of knobs", Array.isArray)),
  styles: optional(kind("a list of styles { name }", Array.isArray)),
  quality: optional(oneOf(FIT_QUALITIES)),
  size: optional(whole(MIN_SIZE, MAX_SIZE)),
  channels: optional(whole(1, 256)),
  hidden: optional(whole(0, 3)),
  // Its kind says what it holds.
  generator: optional(kind("settings of a generator, { hidden, activation }", isPlainObject)),
  steps: optional(whole(1)),
  batch: optional(whole(1, 2 ** 24)),
  learningRate: optional(NOT_NEGATIVE),
  loss: optional(LOSS),
  seed: optional(whole(0)),
  balance: optional(BOOLEAN),
  colourSpace: optional(COLOUR_SPACE_NAME),
  outputSpace: optional(COLOUR_SPACE_NAME),
  test: optional(record<FitTest>({ on: STRING, examples: kind("a list of examples", Array.isArray) })),
  source: STRING,
  signal: optional(SIGNAL),
  timeLimit: optional(SECONDS),
  onProgress: optional(FUNCTION) as Kind<FitOptions["onProgress"]>,
  history: optional(FUNCTION) as Kind<FitOptions["history"]>,
  watch: optional(WATCH),
  checkpoint: optional(CHECKPOINT),
  resume: optional(BYTES),
};

/** @throws {ValueError} when an option is unknown, of another kind or out of its range. */
export function checkFitOptions(options: FitOptions): void {
  checkOptions("fitLook", options, FIT_OPTIONS);
  const { knobs, generator, test } = options;
  if (knobs !== undefined) checkKnobs("fitLook", knobs);
  if (generator !== undefined) {
    checkOptions("fitLook", generator, generatorFields("fitLook generator", generator), {
      name: "generator",
    });
  }
  if (test === undefined) return;
  checkExamples("fitLook", "test examples", test.examples);
}
