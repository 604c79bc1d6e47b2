/**
 * Finds influence that no passage shows, because values went on as plain numbers: the loss function runs again
 * with a parameter changed a little, and what enters that run as numbers is compared with the run before. Two
 * runs without a change tell first what differs by itself (a random mask, a counter).
 */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { RandomStream } from "../core/random.js";
import { observedLoss, repeatableLoss, type Subject } from "./observed-steps.js";
import { type Entry, Trace } from "./trace.js";

interface Run {
  readonly loss: number;
  readonly entries: readonly Entry[];
}

export interface Influence {
  readonly path: string;
  readonly parameter: Parameter;
  /** The position among the run's entries of the first numbers that follow the parameter; undefined where none do. */
  readonly entry: number | undefined;
}

// Numbers may be rounded or compared on their way: where a change of a hundredth is not seen, one of the
// parameter's own size may be, in one direction or the other.
const CHANGES = [0.01, 1, -1] as const;

/** Which of these parameters the loss follows after all, and where their numbers come in. */
export function hiddenInfluences(
  subject: Subject,
  candidates: ReadonlyMap<string, Parameter>,
): readonly Influence[] {
  if (candidates.size === 0) return [];
  const loss = repeatableLoss(subject);
  const base = runOf(loss);
  const steady = steadyEntries(base, runOf(loss));
  // Most often none of them has any influence, which one run tells of all.
  const all = [...candidates.values()];
  if (CHANGES.every((change) => effectOf(loss, all, change, base, steady) === undefined)) return [];
  const found: Influence[] = [];
  for (const [path, parameter] of candidates) {
    for (const change of CHANGES) {
      const effect = effectOf(loss, [parameter], change, base, steady);
      if (effect === undefined) continue;
      found.push({ path, parameter, ...effect });
      break;
    }
  }
  return found;
}

/** Undefined where neither the loss nor numbers that enter the run follow the parameters. */
function effectOf(
  loss: () => Tensor,
  parameters: readonly Parameter[],
  change: number,
  base: Run,
  steady: Steady,
): Pick<Influence, "entry"> | undefined {
  const changed = changedRun(loss, parameters, change);
  const own = new Set<Tensor>(parameters);
  const entry = steady.entries.find((index) => {
    const [before, after] = [base.entries[index], changed.entries[index]];
    return before !== undefined && !own.has(before.tensor) && before.print !== after?.print;
  });
  // A loss that is another in every run (a random mask) cannot be compared; the numbers can.
  if (steady.loss && Object.is(base.loss, changed.loss)) return undefined;
  return steady.loss || entry !== undefined ? { entry } : undefined;
}

interface Steady {
  /** Entries that are the same in runs without a change. */
  readonly entries: readonly number[];
  readonly loss: boolean;
}

function steadyEntries(first: Run, second: Run): Steady {
  const entries: number[] = [];
  const isSameShape = first.entries.length === second.entries.length;
  for (let index = 0; isSameShape && index < first.entries.length; index++) {
    if (first.entries[index]?.print === second.entries[index]?.print) entries.push(index);
  }
  return { entries, loss: Object.is(first.loss, second.loss) };
}

function runOf(loss: () => Tensor): Run {
  const trace = new Trace();
  const value = observedLoss(loss, trace);
  return { loss: value.data[0] as number, entries: trace.entries };
}

function changedRun(loss: () => Tensor, parameters: readonly Parameter[], change: number): Run {
  const restores = parameters.map((parameter) => parameter.snapshot());
  const random = new RandomStream({ seed: 0, purpose: "doctor probe" });
  for (const { data } of parameters) {
    for (let i = 0; i < data.length; i++) {
      const size = Math.max(Math.abs(data[i] as number), 0.1);
      data[i] = (data[i] as number) + change * size * (random.uniform() < 0.5 ? -1 : 1);
    }
  }
  try {
    return runOf(loss);
  } finally {
    for (const restore of restores) restore();
  }
}
