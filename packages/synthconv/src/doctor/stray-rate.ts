/** Learning rates of single steps, or of the last ones, that are far above those of the others. */
import type { Optimizer } from "../train/optimizer.js";
import type { CaseFile } from "./case-file.js";
import type { StepRate } from "./rate-setting.js";

export interface StrayRate {
  readonly optimizer: Optimizer;
  readonly kind: "leaps" | "rises";
  /** The first step after which the loss suffers, from 0. */
  readonly step: number;
  /** All that leap. */
  readonly steps: readonly number[];
  /** Of most steps; of the first where it rises. */
  readonly usual: number;
  readonly highest: StepRate;
}

/** A rate that doubles does so in two steps; one that is only tuned changes by less. */
const RISEN = 4;
/** Cycles go up and down by as much, and more seldom further. */
const LEAP = 8;
/** More leaps than these are how the rate is meant, whatever it does. */
const MOST = 1 / 3;
const MIN_STEPS = 4;

export function strayRates({ rates, subject, losses }: CaseFile): StrayRate[] {
  return [...rates].flatMap(([optimizer, history]): StrayRate[] => {
    const isOurs = subject.hasOwnOptimizer && subject.optimizers.includes(optimizer);
    const known = [...history.keys()].filter((step) => (history[step]?.rate ?? 0) > 0);
    if (isOurs || known.length < MIN_STEPS) return [];
    const rateAt = (step: number): number => (history[step] as StepRate).rate;
    const sorted = known.map(rateAt).sort((a, b) => a - b);
    const [first, last] = [known[0] as number, known.at(-1) as number];
    const falls = known.filter((step, at) => at > 0 && rateAt(step) < rateAt(known[at - 1] as number));
    if (rateAt(last) >= RISEN * rateAt(first) && falls.length === 0) {
      const step = losses.indexOf(losses.reduce((a, b) => Math.min(a, b)));
      const highest = history[last] as StepRate;
      return [{ optimizer, kind: "rises", step, steps: [last], usual: rateAt(first), highest }];
    }
    const usual = sorted[Math.floor(sorted.length / 2)] as number;
    const steps = known.filter((step) => rateAt(step) >= LEAP * usual);
    const [step] = steps;
    if (step === undefined || steps.length > MOST * known.length) return [];
    const highest = history[step] as StepRate;
    return [{ optimizer, kind: "leaps", step, steps, usual, highest }];
  });
}
