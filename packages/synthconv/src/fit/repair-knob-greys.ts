/**
 * Greys of a look with knobs, put right under all of its settings: its generator is trained on, for a tenth of its steps, on
 * its colours and on the grey ramp under other settings in each step, which is to become what it is but for its falls. Where
 * the source is monochrome the channels are made one.
 */

import { tensor } from "../autograd/index.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { kind, listOf, optional, SIGNAL, STRING } from "../core/kinds.js";
import { RandomStream } from "../core/random.js";
import { WeightGenerator } from "../hyper/index.js";
import { pixelNetworkForward } from "../kernels/index.js";
import { checkLook, conditionLength, type Look, networkTensors, synthesize } from "../look/index.js";
import { add, multiply } from "../ops/index.js";
import { Adam, schedules, trainLoop } from "../train/index.js";
import { balanceSamples } from "./balance.js";
import { ExampleFeed } from "./example-feed.js";
import type { FitExample } from "./examples.js";
import { FIT_DEFAULTS } from "./fit-look.js";
import { type GreyCondition, GreyConditions } from "./grey-conditions.js";
import { GREYS, type GreySource } from "./grey-source.js";
import { badness, isUnseen, worstGreys } from "./judge-greys.js";
import { checkExamples } from "./kinds.js";
import { LookModel } from "./look-model.js";
import { measureLook } from "./measure.js";
import { checkGreySource, type GreyRecord, measureGreys } from "./measure-greys.js";
import { withGuarantees } from "./record-guarantees.js";
import { MAX_COST, type RepairedLook } from "./repair-greys.js";
import { risenRamp } from "./risen-ramp.js";
import type { ColourSamples } from "./samples.js";
import { canTie, tieKnobs } from "./tie-knobs.js";

export interface KnobGreyRepairOptions {
  readonly training: readonly FitExample[];
  /** What greys become, an entry for each of the training. */
  readonly greys: readonly GreySource[];
  /** What the cost is measured on, an entry for each of the training, and the error of what is repaired. */
  readonly test: { readonly on: string; readonly examples: readonly FitExample[] };
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: Fields<KnobGreyRepairOptions> = {
  training: kind("a list of examples", Array.isArray),
  greys: listOf(
    kind<GreySource>("an object { ramp, isMonochrome }", isPlainObject),
    "a list of grey sources",
  ),
  test: kind("an object { on, examples }", isPlainObject),
  signal: optional(SIGNAL),
};
const TEST: Fields<KnobGreyRepairOptions["test"]> = {
  on: STRING,
  examples: OPTIONS.training,
};

/** Of the look's own training. */
const STEPS_SHARE = 0.1;
const LEARNING_RATE = 0.001;
/** Conditions whose ramps a step sees. */
const RAMPS = 4;
/**
 * Weights of the ramps beside the colours, one round after the other. A strength of golden, of twelve films, falls by 4.6
 * codes without, and by 0.2 with the first.
 */
const WEIGHTS = [50, 500, 5000];
/** Settings between those of the examples at which greys are measured, and which are kept as they are. */
const DRAWN = 64;
/** Colours of the test that show a tint. */
const MOST_COLOURS = 4096;

/**
 * @returns the look, with its new error and guarantees where it was repaired; as it is where its greys need no repair, and
 * where every repair costs 0.5 dB or more. The record is the worst of all examples and of 64 settings between them.
 */
export async function repairKnobGreys(look: Look, options: KnobGreyRepairOptions): Promise<RepairedLook> {
  checkRepair(look, options);
  const { training, greys, test, signal } = options;
  const conditions = new GreyConditions(training, greys, look.schema.condition);
  const shown = test.examples.map(({ samples }) => thinned(samples));
  const judged = judgedConditions(conditions, shown);
  const errorOf = (one: Look): number =>
    measureLook(one, test.examples, test.on).psnr ?? Number.POSITIVE_INFINITY;
  const before = errorOf(look);
  let best: RepairedLook = { look, greys: greysOver(look, judged), repaired: false };
  const consider = (candidate: Look): void => {
    const record = greysOver(candidate, judged);
    if (badness(record) >= badness(best.greys) || errorOf(candidate) <= before - MAX_COST) return;
    best = { look: candidate, greys: record, repaired: true };
  };
  if (isUnseen(best.greys)) return best;
  consider(withTies(look, conditions));
  const model = modelOf(look);
  for (const weight of WEIGHTS) {
    if (isUnseen(best.greys) || signal?.aborted) break;
    await settle(model, look, { training, conditions, weight, signal });
    consider(withTies(model.toLook(), conditions));
  }
  if (!best.repaired) return best;
  const error = measureLook(best.look, test.examples, test.on);
  return { ...best, look: withGuarantees({ ...best.look, schema: { ...best.look.schema, error } }) };
}

interface JudgedCondition extends GreyCondition {
  readonly samples: ColourSamples;
}

function judgedConditions(conditions: GreyConditions, shown: readonly ColourSamples[]): JudgedCondition[] {
  const stream = new RandomStream({ seed: 0, purpose: "greys measured" });
  const between = Array.from({ length: DRAWN }, (_, nth) => {
    const example = nth % conditions.trained.length;
    const found = conditions.between(example, stream);
    return found && { ...found, samples: shown[example] as ColourSamples };
  });
  return [
    ...conditions.trained.map((one, nth) => ({ ...one, samples: shown[nth] as ColourSamples })),
    ...between.filter((one) => one !== undefined),
  ];
}

function greysOver(look: Look, judged: readonly JudgedCondition[]): GreyRecord {
  return worstGreys(
    judged.map(({ settings, style, sources, samples }) => {
      const network = synthesize(look, settings, style);
      const records = sources.map((source) => measureGreys(network, source, samples));
      // Of several only what none would do is a fault.
      const tint = records.some((record) => record.tint === null) ? null : (records[0]?.tint ?? null);
      const [least] = records.sort((a, b) => a.fall - b.fall);
      return { ...(least as GreyRecord), tint };
    }),
  );
}

/** One last layer for all channels under the conditions whose sources are monochrome. */
function withTies(look: Look, conditions: GreyConditions): Look {
  const stream = new RandomStream({ seed: 0, purpose: "greys tied" });
  const all = [...conditions.trained];
  for (let nth = 0; nth < 2 * DRAWN; nth++) {
    const one = conditions.between(nth % conditions.trained.length, stream);
    if (one !== undefined) all.push(one);
  }
  const isGrey = ({ sources }: GreyCondition): boolean => sources.every((source) => source.isMonochrome);
  const tied = all.filter(isGrey);
  if (tied.length === 0 || !canTie(look)) return look;
  return tieKnobs(
    look,
    tied,
    all.filter((one) => !isGrey(one)),
  );
}

interface Settling {
  readonly training: readonly FitExample[];
  readonly conditions: GreyConditions;
  readonly weight: number;
  readonly signal: AbortSignal | undefined;
}

/** Trains on, with ramps besides. */
async function settle(
  model: LookModel,
  { schema }: Look,
  { training, conditions, weight, signal }: Settling,
): Promise<void> {
  const { batch, seed, steps: trained } = { ...FIT_DEFAULTS, ...schema.training };
  const steps = Math.ceil(STEPS_SHARE * trained);
  const fed = training.map((example) =>
    example.balance ? { ...example, samples: balanceSamples(example.samples, { seed }) } : example,
  );
  const feed = new ExampleFeed(fed, { batch, seed, loss: "mse", knobs: schema.condition });
  const ramps = Float32Array.from({ length: 3 * GREYS }, (_, at) => (at % GREYS) / (GREYS - 1));
  const shape = [RAMPS, 3, 1, GREYS];
  const image = new Float32Array(RAMPS * ramps.length);
  for (let ramp = 0; ramp < RAMPS; ramp++) image.set(ramps, ramp * ramps.length);
  const pixels = tensor(image, { shape });
  await trainLoop({
    model,
    optimizer: new Adam(model.parameters(), { learningRate: LEARNING_RATE }),
    steps,
    seed,
    schedule: schedules.cosine({ steps }),
    ...(signal && { signal }),
    step: (context) => {
      const { conditions: own, image: colours, target } = feed.next(context, (one) => model.networkAt(one));
      const stream = context.random("greys");
      const drawn = Array.from({ length: RAMPS }, () => conditions.draw(stream));
      const risen = new Float32Array(image.length);
      drawn.forEach((one, nth) => {
        const output = new Float32Array(ramps.length);
        pixelNetworkForward({ network: model.networkAt(one), image: ramps, pixels: GREYS, output });
        risen.set(risenRamp(output, one.sources), nth * ramps.length);
      });
      const ofGreys = model.loss(drawn, pixels, tensor(risen, { shape }), "mse");
      return add(model.loss(own, colours, target, "mse"), multiply(ofGreys, weight));
    },
  });
}

/** The look as it can be trained on. */
function modelOf({ schema, parameters }: Look): LookModel {
  const generator = new WeightGenerator({
    ...schema.generator,
    conditionLength: conditionLength(schema),
    tensors: networkTensors(schema.network.channels),
  });
  const model = new LookModel(schema, generator);
  for (const [path, parameter] of model.namedParameters())
    parameter.assign(parameters.get(path) as Float32Array);
  return model;
}

function thinned({ input, target }: ColourSamples): ColourSamples {
  const total = input.length / 3;
  const every = Math.ceil(total / MOST_COLOURS);
  const count = Math.floor(total / every);
  const take = (planes: Float32Array): Float32Array =>
    Float32Array.from({ length: 3 * count }, (_, at) => {
      return planes[Math.floor(at / count) * total + every * (at % count)] as number;
    });
  return { input: take(input), target: take(target) };
}

function checkRepair(look: Look, options: KnobGreyRepairOptions): void {
  const where = "repairKnobGreys";
  checkLook(where, look);
  checkOptions(where, options, OPTIONS);
  const { training, greys, test } = options;
  checkExamples(where, "training", training);
  checkOptions(where, test, TEST, { name: "test" });
  checkExamples(where, "test examples", test.examples);
  for (const source of greys) checkGreySource(where, source);
  if (training.length === greys.length && training.length === test.examples.length && training.length > 0)
    return;
  throw new ValueError({
    where,
    expected: "one example or more, and for each its greys and its test",
    received: `${training.length} examples, ${greys.length} greys and ${test.examples.length} tests`,
  });
}
