/** Random networks out of the library's layers, healthy or with one fault at a line that is marked with its name. */
import {
  Adam,
  AdamW,
  charbonnier,
  gather,
  gelu,
  huber,
  Linear,
  l1,
  leakyRelu,
  Module,
  mean,
  mse,
  multiply,
  noGrad,
  type Optimizer,
  ones,
  Parameter,
  RandomStream,
  randomUniform,
  relu,
  round,
  SGD,
  silu,
  subtract,
  type Tensor,
  tanh,
  tensor,
} from "../../src/index.js";

import {
  type Activation,
  BATCH,
  CONDITION,
  Convolution,
  Dense,
  Dropout,
  Gate,
  Generated,
  type Inputs,
  Norm,
  Painted,
  Residual,
  Shared,
  type Stage,
  Synthesized,
  Written,
} from "./random-stages.js";

export class RandomNetwork extends Module {
  readonly stages: Stage[];
  readonly head: Linear;
  constructor(stages: Stage[], width: number) {
    super();
    this.stages = stages;
    this.head = new Linear(width, 3);
  }
}

export interface RandomProgram {
  readonly model: RandomNetwork;
  readonly batch: Inputs;
  readonly loss: (model: RandomNetwork, batch: Inputs) => Tensor;
  readonly optimizer: Optimizer | readonly Optimizer[] | undefined;
  /** The fault's name, which marks its line; undefined for a healthy one. */
  readonly fault: string | undefined;
  readonly description: string;
}

const SMOOTH: readonly Activation[] = [tanh, gelu, silu, leakyRelu];
const LOSSES = [mse, l1, huber, charbonnier] as const;

/** Draws whole numbers, shares and choices from one stream. */
class Dice {
  readonly #random: RandomStream;
  constructor(seed: number) {
    this.#random = new RandomStream({ seed, purpose: "random network" });
  }
  below(limit: number): number {
    return this.#random.integer(limit);
  }
  chance(share: number): boolean {
    return this.#random.uniform() < share;
  }
  of<Entry>(entries: readonly Entry[]): Entry {
    return entries[this.below(entries.length)] as Entry;
  }
}

/** What a fault changes: the flow behind a stage, the run as a whole, or what trains it. */
interface Fault {
  readonly name: string;
  readonly between?: (x: Tensor, memory: { kept?: Tensor; step: number }) => Tensor;
  /** Run at the beginning of each loss, `victim` being a trained parameter. */
  readonly before?: (victim: Parameter, memory: { numbers?: Float32Array }) => void;
  readonly after?: (victim: Parameter) => void;
  readonly condition?: (condition: Tensor) => Tensor;
  readonly setUp?: (model: RandomNetwork) => void;
  readonly optimizer?: (model: RandomNetwork) => Optimizer;
}

const ROLLED = [1, 2, 3, 0];

export const FAULTS: readonly Fault[] = [
  { name: "cut", between: (x) => x.detach() }, // fault: cut
  { name: "tapeless", between: (x) => noGrad(() => multiply(x, 1)) }, // fault: tapeless
  { name: "numbers", between: (x) => tensor(x.data as Float32Array, { shape: x.shape }) }, // fault: numbers
  { name: "rounded", between: (x) => round(multiply(x, 8)) }, // fault: rounded
  { name: "zeroed", between: (x) => multiply(x, 0) }, // fault: zeroed
  { name: "off", between: (x) => relu(subtract(x, 1000)) }, // fault: off
  { name: "stale", between: (x, memory) => (memory.kept ??= multiply(x, 1)) }, // fault: stale
  { name: "late", between: (x, { step }) => (step > 3 ? x.detach() : x) }, // fault: late
  { name: "alternating", between: (x, { step }) => (step % 2 === 1 ? x.detach() : x) }, // fault: alternating
  { name: "wrapped", between: (x) => new Parameter(x) }, // fault: wrapped
  {
    name: "restored",
    before: (victim, memory) => {
      memory.numbers ??= victim.data.slice() as Float32Array;
      victim.assign(memory.numbers); // fault: restored
    },
  },
  {
    name: "copied",
    before: (victim, memory) => {
      memory.numbers ??= victim.data.slice() as Float32Array;
      victim.data.set(memory.numbers); // fault: copied
    },
  },
  { name: "overwritten", after: (victim) => victim.assign(victim.data.map((value) => 0.9 * value)) }, // fault: overwritten
  { name: "mixed", condition: (condition) => gather(condition, ROLLED) }, // fault: mixed
  { name: "averaged", condition: (c) => multiply(mean(c, { axes: 0, keepDims: true }), ones([BATCH, 1])) }, // fault: averaged
  { name: "frozen", setUp: (model) => void model.freeze() }, // fault: frozen
  { name: "tiny", optimizer: (model) => new Adam(model.parameters(), { learningRate: 1e-13 }) }, // fault: tiny
  { name: "still", optimizer: (model) => new SGD(model.parameters(), { learningRate: 0 }) }, // fault: still
  { name: "diverging", optimizer: (model) => new SGD(model.parameters(), { learningRate: 3000 }) }, // fault: diverging
  { name: "partial", optimizer: (model) => new SGD(model.head.parameters(), { learningRate: 0.01 }) }, // fault: partial
];

/** A network of 1 to 12 layers; the same for a seed, with the fault or without it. */
export function randomProgram(seed: number, fault?: Fault): RandomProgram {
  const dice = new Dice(seed);
  const isImage = dice.chance(0.4);
  const width = 3 + dice.below(4);
  const count = 1 + dice.below(12);
  const stages: Stage[] = [];
  const needsCondition = fault?.condition !== undefined;
  for (let at = 0; at < count; at++)
    stages.push(isImage ? imageStage(dice, width) : vectorStage(dice, width, stages, seed));
  if (needsCondition) stages.push(isImage ? new Painted(width) : new Written(width));
  const model = new RandomNetwork(stages, width).initialize({ seed });
  const random = new RandomStream({ seed, purpose: "batch" });
  const shape = isImage ? [BATCH, width, 4, 4] : [BATCH, width];
  const batch = {
    x: randomUniform(shape, random).multiply(2).subtract(0.7),
    condition: randomUniform([BATCH, CONDITION], random).subtract(0.4),
    y: randomUniform([BATCH, 3], random),
  };
  const trained = freezeSome(model, dice);
  fault?.setUp?.(model);
  const optimizer = fault?.optimizer?.(model) ?? usualOptimizer(model, dice);
  const lossOf = dice.of(LOSSES);
  const place = faultyStage(trained, stages, dice);
  const victim = trained[dice.below(trained.length)] as Parameter;
  const memory = { step: 0 };
  const numbers = {};
  const loss = (network: RandomNetwork, { x, condition, y }: Inputs): Tensor => {
    fault?.before?.(victim, numbers);
    const given = fault?.condition?.(condition) ?? condition;
    let h = x;
    for (const [at, stage] of network.stages.entries()) {
      h = stage.run(h, given);
      if (at === place && fault?.between !== undefined) h = fault.between(h, memory);
    }
    memory.step++;
    const features = isImage ? mean(h, { axes: [2, 3] }) : h;
    const value = lossOf(network.head.forward(features), y);
    fault?.after?.(victim);
    return value;
  };
  const kinds = stages.map((stage) => stage.constructor.name).join(" ");
  return { model, batch, loss, optimizer, fault: fault?.name, description: `seed ${seed}: ${kinds}` };
}

function vectorStage(dice: Dice, width: number, stages: readonly Stage[], seed: number): Stage {
  const earlier = stages.find((stage) => stage instanceof Dense);
  const makers: (() => Stage)[] = [
    () => new Dense(width, dice.of(SMOOTH)),
    () => new Residual(width, dice.of(SMOOTH)),
    () => new Gate(width),
    () => new Norm(width),
    () => new Dropout(seed),
    () => new Written(width),
    () => new Generated(width),
    () => (earlier === undefined ? new Residual(width, tanh) : new Shared((earlier as Dense).layer)),
  ];
  return dice.of(makers)();
}

function imageStage(dice: Dice, channels: number): Stage {
  const makers: (() => Stage)[] = [
    () => new Convolution(channels, 3, dice.of(SMOOTH)),
    () => new Convolution(channels, 1, dice.of(SMOOTH)),
    () => new Synthesized(channels),
    () => new Painted(channels),
  ];
  return dice.of(makers)();
}

/** Freezes a stage now and then. @returns the parameters of the stages that are trained, the head's among them. */
function freezeSome(model: RandomNetwork, dice: Dice): Parameter[] {
  for (const stage of model.stages) if (dice.chance(0.15)) stage.freeze();
  return model.parameters().filter(({ trainable }) => trainable);
}

function usualOptimizer(model: RandomNetwork, dice: Dice): RandomProgram["optimizer"] {
  const all = model.parameters();
  const kinds: (() => RandomProgram["optimizer"])[] = [
    () => undefined,
    () => new Adam(all, { learningRate: 0.003 }),
    () => new AdamW(all, { learningRate: 0.001 }),
    () => new SGD(all, { learningRate: 0.02 }),
    () => new SGD(all, { learningRate: 0.005, momentum: 0.9 }),
    () => [new Adam(all.slice(1), { learningRate: 0.002 }), new SGD(all.slice(0, 1), { learningRate: 0.01 })],
  ];
  return dice.of(kinds)();
}

/** A stage with something trained in it or before it: behind it a cut stops something. */
function faultyStage(trained: readonly Parameter[], stages: readonly Stage[], dice: Dice): number {
  const first = stages.findIndex((stage) => stage.parameters().some((one) => trained.includes(one)));
  return first < 0 ? -1 : first + dice.below(stages.length - first);
}
