/**
 * The optimizers with every option, each beside the formula of its paper. The formulas are written out from the whole
 * history of a parameter, where the library goes from step to step: neither can repeat a slip of the other.
 */
import { type Parameter, train } from "../library.js";

/** Of one parameter: its updates so far, this one last. */
export interface History {
  /** Before each update. */
  readonly values: readonly ArrayLike<number>[];
  /** After clipping. */
  readonly gradients: readonly ArrayLike<number>[];
}

/** What one entry of a parameter becomes, and the sum of the sizes of all that its change was added up from. */
export type Rule = (
  history: History,
  entry: number,
  learningRate: number,
) => readonly [value: number, size: number];

export interface OptimizerRow {
  readonly name: string;
  readonly learningRate: number;
  readonly rule: Rule;
  make(parameters: readonly Parameter[]): train.Optimizer;
}

type Settings<Options> = Omit<Options, "learningRate">;

function sgd(name: string, learningRate: number, settings: Settings<train.SGDOptions> = {}): OptimizerRow {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = settings;
  return {
    name: `SGD${name}`,
    learningRate,
    make: (parameters) => new train.SGD(parameters, { learningRate, ...settings }),
    // Sutskever, Martens, Dahl, Hinton, ICML 2013: the velocity is a sum of all slopes, each momentum times less than the next.
    rule: entryByEntry((slopes, value, rate) => {
      const velocity = weightedSum(slopes, momentum);
      const latest = slopes.at(-1) as number;
      const change = nesterov ? latest + momentum * velocity.sum : velocity.sum;
      return [value - rate * change, rate * (Math.abs(latest) + velocity.size)];
    }, weightDecay),
  };
}

function adam(
  name: string,
  learningRate: number,
  settings: Settings<train.AdamOptions> = {},
  isDecoupled = false,
): OptimizerRow {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = isDecoupled ? 0.01 : 0 } = settings;
  const { amsgrad = false } = settings;
  const type = isDecoupled ? train.AdamW : train.Adam;
  return {
    name: `${isDecoupled ? "AdamW" : "Adam"}${name}`,
    learningRate,
    make: (parameters) => new type(parameters, { learningRate, ...settings }),
    // Kingma and Ba, ICLR 2015: averages of the slopes and of their squares, whose weights add up to 1 (section 3).
    rule: entryByEntry(
      (slopes, value, rate) => {
        const mean = weightedSum(slopes, betas[0]);
        const squared = slopes.map((slope) => slope * slope);
        const squares = weightedSum(squared, betas[1]);
        // Reddi, Kale, Kumar, ICLR 2018: the largest sum that there was.
        const sums = amsgrad
          ? squared.map((_, i) => weightedSum(squared.slice(0, i + 1), betas[1]).sum)
          : [squares.sum];
        const largest = Math.max(...sums);
        const scale = rate / (Math.sqrt(largest / squares.weight) + epsilon) / mean.weight;
        const kept = isDecoupled ? (1 - rate * weightDecay) * value : value;
        return [kept - scale * mean.sum, scale * mean.size];
      },
      isDecoupled ? 0 : weightDecay,
    ),
  };
}

/** The latest counts whole, each before it `decay` times as much as the one after. */
function weightedSum(terms: readonly number[], decay: number): { sum: number; size: number; weight: number } {
  let [sum, size, weight] = [0, 0, 0];
  terms.forEach((term, index) => {
    const share = decay ** (terms.length - 1 - index);
    sum += share * term;
    size += share * Math.abs(term);
    weight += share;
  });
  return { sum, size, weight };
}

type EntryRule = (slopes: readonly number[], value: number, rate: number) => readonly [number, number];

/** @param penalty of L2, which is part of the slope. */
function entryByEntry(rule: EntryRule, penalty: number): Rule {
  return ({ values, gradients }, entry, rate) => {
    const slopes = gradients.map((gradient, at) => {
      return (gradient[entry] as number) + penalty * (values[at]?.[entry] as number);
    });
    return rule(slopes, values.at(-1)?.[entry] as number, rate);
  };
}

export const optimizerRows: readonly OptimizerRow[] = [
  sgd("", 0.05),
  sgd(", momentum", 0.01, { momentum: 0.9 }),
  sgd(", nesterov", 0.01, { momentum: 0.8, nesterov: true }),
  sgd(", weight decay", 0.05, { weightDecay: 0.1 }),
  sgd(", all options", 0.01, { momentum: 0.5, nesterov: true, weightDecay: 0.02 }),
  adam("", 0.01),
  adam(", betas", 0.01, { betas: [0.5, 0.9] }),
  adam(", epsilon", 0.02, { epsilon: 0.01 }),
  adam(", weight decay", 0.01, { weightDecay: 0.1 }),
  adam(", amsgrad", 0.01, { betas: [0.6, 0.8], amsgrad: true }),
  adam("", 0.01, {}, true),
  adam(", weight decay", 0.01, { weightDecay: 0.3 }, true),
  adam(", all options", 0.01, { betas: [0.8, 0.95], epsilon: 1e-4, weightDecay: 0.05, amsgrad: true }, true),
];

export interface ScheduleRow {
  readonly name: string;
  readonly make: (steps: number) => train.Schedule | undefined;
  readonly factor: (step: number, steps: number) => number;
}

const half = (step: number, steps: number): number =>
  (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps)) / 2;

export const scheduleRows: readonly ScheduleRow[] = [
  { name: "none", make: () => undefined, factor: () => 1 },
  { name: "constant", make: () => train.schedules.constant(), factor: () => 1 },
  {
    name: "step",
    make: () => train.schedules.step({ every: 7 }),
    factor: (step) => 10 ** -Math.floor(step / 7),
  },
  {
    name: "step, factor",
    make: () => train.schedules.step({ every: 3, factor: 0.8 }),
    factor: (step) => Math.exp(Math.log(0.8) * Math.floor(step / 3)),
  },
  { name: "cosine", make: (steps) => train.schedules.cosine({ steps }), factor: half },
  {
    name: "cosine, final",
    make: () => train.schedules.cosine({ steps: 5, final: 0.25 }),
    factor: (step) => 0.25 + 0.75 * half(step, 5),
  },
  {
    name: "exponential",
    make: () => train.schedules.exponential({ factor: 0.5, every: 6 }),
    factor: (step) => Math.exp((Math.log(0.5) * step) / 6),
  },
  {
    name: "oneCycle",
    make: (steps) =>
      train.schedules.oneCycle({ steps: Math.max(steps, 10), start: 0.5, final: 0.25, rise: 0.4 }),
    factor: (step, steps) => {
      const last = Math.max(steps, 10) - 1;
      const top = 0.4 * (last + 1) - 1;
      if (step <= top) return 0.5 + 0.5 * (1 - half(step, top));
      return 0.25 + 0.75 * half(Math.min(step, last) - top, last - top);
    },
  },
  {
    name: "warmUp",
    make: () => train.schedules.warmUp({ steps: 6 }),
    factor: (step) => Math.min(1, (step + 1) / 6),
  },
  {
    name: "warmUp, after",
    make: (steps) => train.schedules.warmUp({ steps: 4, after: train.schedules.cosine({ steps }) }),
    factor: (step, steps) => (step < 4 ? (step + 1) / 4 : half(step - 4, steps)),
  },
];

/** Longest gradient norm. */
export const clipRows: Readonly<Record<string, number | undefined>> = {
  none: undefined,
  "never reached": 1e6,
  reached: 0.05,
};
