/** The space of networks: what a case says, and how it is drawn. */
import type { Aim, Threads } from "../case.js";
import type { Random } from "../random.js";
import { activationStages } from "./activation-stages.js";
import { generatorStages } from "./generator-stages.js";
import { imageStages } from "./image-stages.js";
import { lossRows } from "./losses.js";
import { clipRows, optimizerRows, scheduleRows } from "./optimizers.js";
import type { StageRow } from "./parts.js";
import { pixelStages } from "./pixel-stages.js";
import { rowStages } from "./row-stages.js";

export type NetworkCase = {
  readonly form: "network";
  readonly steps: number;
  /** Names of rows, from the image to the loss. */
  readonly stages: readonly string[];
  readonly loss: string;
  readonly optimizer: string;
  readonly schedule: string;
  readonly clip: string;
  readonly batch: number;
  readonly channels: number;
  /** Of the image. */
  readonly image: readonly [number, number];
  readonly threads: Threads;
  readonly seed: number;
};

export const STEPS = 50;

export const simplestNetworkCase: NetworkCase = {
  form: "network",
  steps: 1,
  stages: ["Tanh"],
  loss: "mse",
  optimizer: "SGD",
  schedule: "none",
  clip: "none",
  batch: 1,
  channels: 1,
  image: [1, 1],
  threads: "one",
  seed: 0,
};

const onImages = [...imageStages, ...pixelStages];
const onRows = [...rowStages, ...generatorStages];

export const stageRows: readonly StageRow[] = [...onImages, ...onRows, ...activationStages];

const byName = new Map(stageRows.map((row) => [row.name, row]));

/** @throws {Error} when there is none of this name, with all that there are. */
export function stageRowOf(name: string): StageRow {
  const row = byName.get(name);
  if (row === undefined) throw new Error(`no stage "${name}": ${[...byName.keys()].join("; ")}`);
  return row;
}

/** Whether no stage takes an image behind one that has made rows of it. */
export function isInOrder(stages: readonly string[]): boolean {
  const taken = stages.map((name) => stageRowOf(name).takes);
  return taken.lastIndexOf("image") < (taken.includes("row") ? taken.indexOf("row") : taken.length);
}

interface Chosen {
  readonly images: readonly StageRow[];
  readonly rows: readonly StageRow[];
  readonly activations: readonly StageRow[];
}

function caseOf(random: Random, { images, rows, activations }: Chosen): NetworkCase {
  const isLong = images.length + rows.length + activations.length > 4;
  const names = [...images, ...rows].map(({ name }) => name);
  for (const { name } of activations) names.splice(random.integer(0, names.length), 0, name);
  return {
    ...simplestNetworkCase,
    steps: STEPS,
    stages: names,
    loss: random.pick(lossRows).name,
    optimizer: random.pick(optimizerRows).name,
    schedule: random.pick(scheduleRows).name,
    clip: random.pick(Object.keys(clipRows)),
    batch: random.integer(2, 3),
    channels: random.integer(1, 3),
    image: [random.integer(2, isLong ? 4 : 6), random.integer(2, isLong ? 5 : 6)],
    seed: random.bits(),
  };
}

export function drawNetworkCase(random: Random): NetworkCase {
  const some = (rows: readonly StageRow[], most: number) =>
    Array.from({ length: random.integer(0, most) }, () => random.pick(rows));
  return caseOf(random, {
    images: some(onImages, 3),
    rows: some(onRows, 3),
    activations: some(activationStages, 2),
  });
}

// Cases of each aim, with all steps and with few: every row is in as many as both.
const TIMES = 1;
const SHORT_TIMES = 2;
const FEW_STEPS = 6;

/** The rows of a table that an aim takes: every row comes, and each as often as any other. */
function dealt<Row>(rows: readonly Row[], aims: number, aim: number): Row[] {
  const each = Math.max(1, Math.ceil(rows.length / aims));
  return Array.from({ length: each }, (_, i) => rows[(aim * each + i) % rows.length] as Row);
}

const AIMS = 15;

const covering = Array.from({ length: AIMS }, (_, index): Aim<NetworkCase>[] => {
  const deal = <Row>(rows: readonly Row[]): Row[] => dealt(rows, AIMS, index);
  const [loss, optimizer, schedule, clip] = [
    deal(lossRows)[0]?.name,
    deal(optimizerRows)[0]?.name,
    deal(scheduleRows)[0]?.name,
    deal(Object.keys(clipRows))[0],
  ] as [string, string, string, string];
  const draw = (random: Random, steps: number): NetworkCase => {
    const chosen = {
      images: [...deal(imageStages), ...deal(pixelStages)],
      rows: [...deal(rowStages), ...deal(generatorStages)],
      activations: deal(activationStages),
    };
    return { ...caseOf(random, chosen), steps, loss, optimizer, schedule, clip };
  };
  return [
    { name: `network ${index}`, times: TIMES, draw: (random) => draw(random, STEPS) },
    { name: `network ${index}, few steps`, times: SHORT_TIMES, draw: (random) => draw(random, FEW_STEPS) },
  ];
}).flat();

/** Sizes that threads share. */
const threaded = [
  ["residual convolution", "Conv2d, stride"],
  ["pixelNetwork, ten layers", "Softplus"],
].map(
  (stages, index): Aim<NetworkCase> => ({
    name: `network, threads ${index}`,
    times: 1,
    draw: (random) => ({
      ...simplestNetworkCase,
      ...{
        steps: 2,
        stages,
        optimizer: "Adam",
        batch: 2,
        channels: 6,
        image: [90, 100 + random.integer(0, 9)],
      },
      threads: "shared memory",
      seed: random.bits(),
    }),
  }),
);

export const networkAims: readonly Aim<NetworkCase>[] = [...covering, ...threaded];
