import { largest } from "../../core/extremes.js";
import { updateRatios } from "../all-updates.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { lossesAtHeldRate } from "../held-rate.js";
import { placeOf, placeOfMade } from "../place.js";
import { hasManyEntries, lowerRates } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import type { ParameterSeries } from "../series.js";
import { type StrayRate, strayRates } from "../stray-rate.js";

/** A rate that leaps in a step, or rises for ever, and a loss that suffers of it. */
export const strayRate: Rule = {
  name: "stray rate",
  isLast: true,
  find(file, told) {
    return strayRates(file).flatMap((stray): Accusation[] => {
      const held = new Set(stray.optimizer.parameters);
      const all = untold(file, told).filter(({ turns }) => turns.includes("learns"));
      const learning = all.filter(({ parameter }) => held.has(parameter));
      if (learning.length === 0 || !isHurt(stray, learning, file)) return [];
      const better = hasManyEntries(file.subject) ? undefined : betterRate(stray, file);
      // A loss that no other rate brings further down has another fault.
      if (better === undefined && !hasManyEntries(file.subject)) return [];
      return [{ names: learning.map(({ name }) => name), complaint: complaintOf(stray, better, file) }];
    });
  },
};

/** A loss that goes up and down with its batches does so by less. */
const UP = 1.2;
/** What comes through behind a function whose edge was reached. */
const DEAD = 1e-4;

function isHurt({ step }: StrayRate, learning: readonly ParameterSeries[], { losses }: CaseFile): boolean {
  const before = losses[step] as number;
  const after = losses.slice(step + 1);
  const end = after.at(-1) ?? before;
  const norms = (at: number): number =>
    learning.reduce((sum, { numbers }) => sum + (numbers.gradientNorm.at(at) ?? 0), 0);
  if (after.length === 0 || !after.every(Number.isFinite)) return after.length > 0;
  return (
    Math.min(median(after), end) > before + (UP - 1) * Math.abs(before) || norms(-1) < DEAD * norms(step)
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

const LONG = 100;
/** By how much a loss has to end lower for the rate to be to blame. */
const LOWER = 0.9;

/** A rate in every step with which the loss ends below where it began, and below where it ended. */
function betterRate({ optimizer, usual, highest, kind }: StrayRate, file: CaseFile): number | undefined {
  const { losses } = file;
  const end = losses.at(-1) as number;
  const isBetter = (rate: number): boolean => {
    const tried = lossesAtHeldRate(file, optimizer, rate, losses.length);
    const last = tried.at(-1) as number;
    const isLower = !Number.isFinite(end) || last < end - (1 - LOWER) * Math.abs(end);
    if (!tried.every(Number.isFinite) || !(last < (tried[0] as number)) || !isLower) return false;
    const further = lossesAtHeldRate(file, optimizer, rate, LONG);
    return further.every(Number.isFinite) && (further.at(-1) as number) < (further[0] as number);
  };
  // The first of a warm-up is lower than any that trains.
  const others = kind === "rises" ? lowerRates(highest.rate).filter((rate) => rate > usual) : [];
  return [usual, ...lowerRates(usual), ...others].find(isBetter);
}

function complaintOf(stray: StrayRate, better: number | undefined, file: CaseFile): Complaint {
  const { losses } = file;
  const { optimizer, kind, steps, usual, highest } = stray;
  const [rate, from] = [highest.rate, usual].map(numberText);
  const went = `The loss went from ${numberText(losses[0])} to ${numberText(losses.at(-1))} in ${losses.length} steps.`;
  const seen =
    better === undefined ? "" : `: with ${numberText(better)} in every step the loss was seen to fall`;
  const common = {
    ...({ status: "exploding", fault: "exploding" } as const),
    place: placeOf(highest.site) ?? placeOfMade(optimizer),
  };
  if (kind === "rises") {
    return {
      ...common,
      phrase: "{their|its} learning rate rises from step to step",
      cause: `The learning rate rises from step to step, from ${from} to ${rate}. ${went}`,
      repair: `Let the rate stay at ${numberText(better ?? usual)} or fall from step to step, by a factor below 1; a warm-up is to end far below ${rate}${seen}.`,
    };
  }
  const ratios = updateRatios(file);
  const blow = largest(
    steps.map((step) => ratios[step] ?? 0),
    0,
  );
  const listed = steps.map((step) => step + 1);
  const when =
    listed.length === 1
      ? `step ${listed[0]}`
      : `steps ${listed.slice(0, -1).join(", ")} and ${listed.at(-1)}`;
  return {
    ...common,
    phrase: `{their|its} learning rate leaps in ${when}`,
    cause: `In ${when} the learning rate is ${rate}, and ${from} in most others: an update changed the weights by ${numberText(blow)} times their size. ${went}`,
    repair: `Leave the leap out, here where the rate comes from${seen}.`,
  };
}
