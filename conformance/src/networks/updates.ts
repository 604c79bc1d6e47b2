/** Whether an optimizer did with the gradients what its formula says. */
import type { Complaint } from "../case.js";
import type { Rule } from "./optimizers.js";
import type { NetworkCase } from "./space.js";
import { type Named, type Step, settingsOf, type Trace } from "./training.js";
import { UNIT } from "./watch.js";

// What an optimizer remembers is rounded in every step: of the sum of the sizes of all that it added up.
const OF_SIZES = 4e-6;
const ROUNDINGS = 2;

// Entries of a parameter that are checked in a step, others in the next: a formula looks through the whole history.
const ENTRIES = 16;

// PyTorch's guard against dividing by a norm of 0.
const CLIP_GUARD = 1e-6;

type Numbers = ArrayLike<number>;

export function updateComplaints(one: NetworkCase, { steps, values: end }: Trace): Complaint[] {
  const { optimizer, schedule, clip } = settingsOf(one);
  const clipped = steps.map(({ gradients }) => clippedTo(clip, gradients));
  const last = steps.length - 1;
  const checked = [...new Set([0, 1, 2, 3, 8, last - 1, last])].filter((step) => step >= 0 && step <= last);
  return checked.flatMap((step) => {
    const rate = optimizer.learningRate * schedule.factor(step, one.steps);
    const { values, gradients } = steps[step] as Step;
    const after = steps[step + 1]?.values ?? end;
    return Object.entries(after).flatMap(([name, actual]) => {
      const output = `${name} after the update of step ${step}`;
      // Frozen, or not used in this step.
      if (gradients[name] === undefined) return unchanged(output, actual, values[name] as Numbers);
      const used = steps
        .slice(0, step + 1)
        .flatMap((_, index) => (name in (clipped[index] ?? {}) ? [index] : []));
      const history = {
        values: used.map((index) => steps[index]?.values[name] as Numbers),
        gradients: used.map((index) => clipped[index]?.[name] as Numbers),
      };
      return updated(output, actual, step, (entry) => optimizer.rule(history, entry, rate));
    });
  });
}

function clippedTo(most: number | undefined, gradients: Named<Numbers>): Named<Numbers> {
  if (most === undefined) return gradients;
  const squares = Object.values(gradients).map((gradient) => {
    return Array.from(gradient).reduce((sum, value) => sum + value * value, 0);
  });
  const scale = most / (Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) + CLIP_GUARD);
  if (scale >= 1) return gradients;
  const scaled = Object.entries(gradients).map(([name, gradient]) => {
    return [name, Float64Array.from(gradient, (value) => value * scale)];
  });
  return Object.fromEntries(scaled);
}

function unchanged(output: string, actual: Numbers, expected: Numbers): Complaint[] {
  const index = Array.from(actual).findIndex((value, at) => value !== expected[at]);
  if (index < 0) return [];
  const excess = Number.POSITIVE_INFINITY;
  return [{ output, index, actual: actual[index] as number, expected: expected[index] as number, excess }];
}

type RuleOfEntry = (entry: number) => ReturnType<Rule>;

function updated(output: string, actual: Numbers, step: number, rule: RuleOfEntry): Complaint[] {
  let worst: Complaint | undefined;
  const stride = Math.ceil(actual.length / ENTRIES);
  for (let index = step % stride; index < actual.length; index += stride) {
    const [expected, size] = rule(index);
    const allowance = ROUNDINGS * UNIT * Math.abs(expected) + OF_SIZES * size;
    const excess = Math.abs((actual[index] as number) - expected) / allowance;
    // Not finite on one side is no number here; the same number on both is 0 of 0, where nothing moved.
    if (excess <= (worst?.excess ?? 1) || actual[index] === expected) continue;
    worst = { output, index, actual: actual[index] as number, expected, excess };
  }
  return worst === undefined ? [] : [worst];
}
