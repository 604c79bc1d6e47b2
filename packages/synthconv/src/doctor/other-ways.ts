/**
 * Steps that compute the loss another way than those beside them: in every third one a norm comes as a number, say. A
 * loss that is run the period of that way each time takes it each time, and can be asked as one that has no other.
 */
import { unobserved } from "../autograd/propagate.js";
import type { Tensor } from "../autograd/tensor.js";
import type { CaseFile } from "./case-file.js";
import { GradientWatch } from "./gradient-watch.js";
import type { Subject } from "./observed-loss.js";
import { type ObservedStep, observeStep } from "./observed-step.js";
import { operationsOf } from "./way.js";

/** A case in which every run of the loss goes the other way. */
export interface OtherWay {
  readonly file: CaseFile;
  /** Those of the steps that were watched, from 0. */
  readonly steps: readonly number[];
}

/** What comes more seldom costs too many runs. */
const LONGEST_PERIOD = 4;
const MOST_WAYS = 3;

/** Of a loss that has several, the ways that come again and again, at the same distance. */
export function otherWays(file: CaseFile): OtherWay[] {
  const { ways, subject, last } = file;
  // Who steps inside would step in every run that only leads there.
  if (last.isOwnLoop || subject.innerOptimizers.size > 0) return [];
  const distinct = [...new Set(ways)];
  if (distinct.length === 1) return [];
  return distinct.slice(0, MOST_WAYS).flatMap((way): OtherWay[] => {
    const steps = ways.flatMap((one, step) => (one === way ? [step] : []));
    const [first = 0, second = 0] = steps;
    const period = second - first;
    const isRegular = steps.every((step, index) => step === first + index * period);
    if (steps.length < 2 || !isRegular || period > LONGEST_PERIOD) return [];
    const every = inEvery(period, subject);
    const step = alignedStep(way, every, period, file);
    return step === undefined ? [] : [{ file: { ...file, subject: every, last: step }, steps }];
  });
}

/** The loss of the last of so many runs. */
function inEvery(period: number, subject: Subject): Subject {
  const loss = (): Tensor => {
    for (let run = 1; run < period; run++) pass(subject);
    return subject.loss();
  };
  return { ...subject, loss };
}

/** A run that changes nothing but what the loss keeps for itself. */
function pass({ model, loss }: Subject): void {
  const restore = model.snapshot();
  try {
    unobserved(loss);
  } finally {
    restore();
  }
}

function alignedStep(
  way: string,
  subject: Subject,
  period: number,
  { births, last, subject: { model, loss } }: CaseFile,
): ObservedStep | undefined {
  const restore = model.snapshot();
  try {
    for (let shift = 0; shift < period; shift++) {
      const step = observeStep(subject, last.index, births, new GradientWatch());
      restore();
      if (operationsOf(step.trace) === way) return step;
      pass({ ...subject, loss });
    }
    return undefined;
  } finally {
    restore();
  }
}
