import type { Activation } from "../core/activations.js";
import { ValueError } from "../core/errors.js";
import type { GeneratorSettings } from "../generator/index.js";
import { WeightGenerator } from "../hyper/index.js";
import {
  checkLookSchema,
  conditionLength,
  coverageOf,
  type ErrorRecord,
  type Look,
  type LookSchema,
  networkTensors,
  SeenColours,
  versionOf,
} from "../look/index.js";
import { Adam, schedules, type TrainOptions, type TrainResult, trainLoop } from "../train/index.js";
import { balanceSamples } from "./balance.js";
import { ExampleFeed } from "./example-feed.js";
import { checkConditions, type FitExample } from "./examples.js";
import { checkFitOptions, type FitOptions } from "./fit-options.js";
import { makesGrey } from "./grey-source.js";
import { hingeWeights } from "./hinges.js";
import { checkExamples } from "./kinds.js";
import { LookModel } from "./look-model.js";
import { measureLook } from "./measure.js";
import { chosenPlan, type QualityPlan } from "./quality.js";
import { withGuarantees } from "./record-guarantees.js";
import { refineAfter } from "./refine-after.js";
import { mostRefinements, refinementSteps } from "./refine-look.js";
import { sampleCount } from "./samples.js";

export interface FittedLook {
  /** With the record of its training, and of its error where there was a test. */
  readonly look: Look;
  /** Undefined without a test, and where the training was aborted. */
  readonly error: ErrorRecord | undefined;
  readonly model: LookModel;
  readonly result: TrainResult;
}

type Defaulted = "channels" | "hidden" | "steps" | "batch" | "learningRate" | "loss" | "seed" | "balance";

type FitSettings = FitOptions & Required<Pick<FitOptions, Defaulted>> & { readonly activation: Activation };

/**
 * Many small steps: at the same number of colours seen, 16,000 steps of 2048 gave 0.9 dB more than 4000 of 8192
 * on the LUT of NILUT and 0.3 to 1 dB more on pairs, in the same time; 1024 gave no more.
 */
export const FIT_DEFAULTS: Required<Pick<FitOptions, Defaulted>> = {
  channels: 64,
  hidden: 1,
  steps: 16_000,
  batch: 2048,
  learningRate: 0.01,
  loss: "mse",
  seed: 0,
  balance: false,
};

/**
 * What reads knobs: between three trained settings of exposure, gamma and saturation it is off by a mean deltaE 2000 of
 * 0.05 to 0.3 (scripts/measure-conditions.mjs).
 */
const KNOB_GENERATOR: GeneratorSettings = { hidden: [32, 32], activation: "relu" };

/** The weights of each style as they are: each is learned as if it were alone. */
const STYLE_GENERATOR: GeneratorSettings = { kind: "free" };

/**
 * Adam's rate where such a generator reads knobs. At 0.01 two of 24 trainings ended with a look that no longer
 * followed its knob (deltaE 8 to 10 at its ends); at 0.002 none of eight did, the worst setting at 0.6.
 */
export const KNOB_LEARNING_RATE = 0.002;

/** Without knobs there is nothing to read: any kind is then the weights themselves. */
const NO_GENERATOR: GeneratorSettings = { hidden: [], activation: "relu" };

/**
 * Trains a look on examples of colours before and after, measures it on those of the test, and records both in it.
 *
 * @throws {ValueError} when there is no example or an option is out of range.
 * @throws {NonFiniteError} as `trainLoop` does.
 */
export async function fitLook(examples: readonly FitExample[], options: FitOptions): Promise<FittedLook> {
  checkExamples("fitLook", "examples", examples);
  checkFitOptions(options);
  const plan = chosenPlan(options);
  const isFree = generatorFor(options).kind === "free" || (options.knobs ?? []).length === 0;
  const rate = isFree ? {} : { learningRate: KNOB_LEARNING_RATE };
  const settings: FitSettings = {
    activation: "relu",
    ...FIT_DEFAULTS,
    ...rate,
    ...withoutUndefined(options),
    ...(plan !== undefined && { steps: plan.steps, activation: plan.activation }),
  };
  if (examples.length === 0) {
    throw new ValueError({ where: "fitLook", expected: "at least one example", received: "none" });
  }
  const told = withBalance(examples, settings.balance);
  const fed = told.map((example) => (example.balance ? balanced(example, settings.seed) : example));
  const model = newModel(fed, settings, plan);
  const feed = new ExampleFeed(fed, settings);
  const optimizer = new Adam(model.parameters(), { learningRate: settings.learningRate });
  const { steps, seed, signal, timeLimit, history, watch, checkpoint, resume } = settings;
  const start = performance.now();
  const total = fitSteps(examples, options);
  const onProgress = settings.onProgress && progressOver(total, model, settings.onProgress);
  const adam = await trainLoop({
    model,
    optimizer,
    steps,
    seed,
    schedule: schedules.cosine({ steps }),
    step: (context) => {
      const { conditions, image, target } = feed.next(context, (condition) => model.networkAt(condition));
      return model.loss(conditions, image, target, settings.loss);
    },
    // To read all samples for it takes as long as two hundred steps.
    ...((checkpoint !== undefined || resume !== undefined) && {
      facts: {
        schema: JSON.stringify(model.schema),
        version: String(versionOf(model.schema)),
        ...feed.facts,
      },
    }),
    ...withoutUndefined({ signal, onProgress, history, watch, checkpoint, resume }),
    ...(timeLimit !== undefined && {
      timeLimit: plan?.refinement === undefined ? timeLimit : timeLimit * ADAM_SHARE,
    }),
  });
  const refinement = plan?.refinement;
  const result =
    refinement === undefined || adam.reason === "aborted"
      ? adam
      : await refineAfter(adam, model, told, {
          ...{ refinement, seed, start, total },
          ...withoutUndefined({ signal, timeLimit, onProgress }),
        });
  const training = {
    source: settings.source,
    steps: result.step,
    batch: settings.batch,
    learningRate: settings.learningRate,
    loss: settings.loss,
    seed,
    samples: examples.reduce((sum, { samples }) => sum + sampleCount(samples), 0),
    ...(refinement !== undefined && { refinements: mostRefinements(told, refinement) }),
  };
  const coverage = coverageOf(examples.map(({ samples }) => samples.input));
  // A LUT's lattice: nothing is left to warn about.
  const isWhole = new SeenColours(coverage).share === 1;
  const look = withGuarantees(model.toLook({ training, ...(!isWhole && { coverage }) }));
  const { test } = settings;
  if (test === undefined || result.reason === "aborted") return { look, error: undefined, model, result };
  const error = measureLook(look, test.examples, test.on);
  return { look: { ...look, schema: { ...look.schema, error } }, error, model, result };
}

/** Of a time limit: what is left of it refines. */
const ADAM_SHARE = 0.3;

/**
 * Steps over which `fitLook` reports progress: those of Adam, then those that refine.
 *
 * @throws {ValueError} as `fitLook` does.
 */
export function fitSteps(examples: readonly FitExample[], options: FitOptions): number {
  checkExamples("fitSteps", "examples", examples);
  checkFitOptions(options);
  const plan = chosenPlan(options);
  if (plan === undefined) return options.steps ?? FIT_DEFAULTS.steps;
  return plan.steps + refinementSteps(withBalance(examples, options.balance), plan.refinement);
}

/** Examples that say of themselves whether they are balanced. */
function withBalance(
  examples: readonly FitExample[],
  balance: boolean = FIT_DEFAULTS.balance,
): readonly FitExample[] {
  return examples.map((example) => ({ ...example, balance: example.balance ?? balance }));
}

function progressOver(
  steps: number,
  model: LookModel,
  report: NonNullable<FitOptions["onProgress"]>,
): NonNullable<TrainOptions["onProgress"]> {
  return (progress) => report({ ...progress, steps }, model);
}

function balanced(example: FitExample, seed: number): FitExample {
  return { ...example, samples: balanceSamples(example.samples, { seed }) };
}

function newModel(
  examples: readonly FitExample[],
  options: FitSettings,
  plan: QualityPlan | undefined,
): LookModel {
  const { knobs = [], styles = [], seed } = options;
  const inner = plan?.widths ?? Array.from({ length: options.hidden }, () => options.channels);
  // The input's own share would tint what is to be grey, of one style among many, too.
  const canTie = plan?.refinement !== undefined || knobs.length > 0;
  const residual = !canTie || !examples.some(({ samples }) => makesGrey(samples));
  const schema: LookSchema = {
    condition: [...knobs],
    ...(styles.length > 0 && { styles: [...styles] }),
    network: { channels: [3, ...inner, 3], activation: options.activation, residual },
    generator: generatorFor(options),
    ...spacesOf(options),
  };
  checkLookSchema("fitLook", schema);
  checkConditions(schema, examples);
  const generator = new WeightGenerator({
    ...schema.generator,
    conditionLength: conditionLength(schema),
    tensors: networkTensors(schema.network.channels),
    // Every setting of the knobs starts from the same hinges.
    initialization: {
      weights: hingeWeights(
        schema.network.channels,
        examples.map(({ samples }) => samples),
        seed,
        schema.network.activation,
      ),
    },
  });
  return new LookModel(schema, generator).initialize({ seed });
}

function spacesOf({
  colourSpace = "srgb",
  outputSpace = colourSpace,
}: FitOptions): Pick<LookSchema, "colourSpace" | "outputSpace"> {
  return { colourSpace, ...(outputSpace !== colourSpace && { outputSpace }) };
}

function generatorFor({ knobs = [], styles = [], generator }: FitOptions): GeneratorSettings {
  if (knobs.length + styles.length === 0) return NO_GENERATOR;
  return generator ?? (knobs.length === 0 ? STYLE_GENERATOR : KNOB_GENERATOR);
}

/** Leaves undefined entries out, as exact optional properties demand. */
function withoutUndefined<Entries extends object>(
  entries: Entries,
): { [Key in keyof Entries]: NonNullable<Entries[Key]> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as never;
}
