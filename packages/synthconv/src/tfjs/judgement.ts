/** From what was seen to what is wrong. */
import { type Complaint, EXPLODING, UNMOVED } from "../doctor/complaint.js";
import type { Judgement } from "../doctor/conclusion.js";
import { placeText } from "../doctor/report/words.js";
import type { Evidence } from "../doctor/run-evidence.js";
import {
  cutComplaint,
  gradientlessComplaint,
  madeInLossComplaint,
  NOT_HELD,
  nonFiniteComplaint,
  overwrittenComplaint,
  unusedComplaint,
  zeroComplaint,
} from "./complaints.js";
import type { Influence, LossProbe } from "./loss-probe.js";
import type { LossEvent } from "./observed-loss.js";
import type { RecordedRun } from "./recorded-run.js";
import type { TfjsVariable } from "./tensorflow.js";
import type { Subject, Training } from "./training-steps.js";

export interface Observations {
  readonly subject: Subject;
  readonly training: Training;
  readonly evidence: readonly Evidence[];
  readonly probe: LossProbe;
  /** Records a run when it is first asked for. */
  readonly run: () => RecordedRun;
  /** Variables that were made in a run of the loss and that its gradient reached. */
  readonly strays: readonly LossEvent[];
}

export function judge(observations: Observations): Judgement {
  const { training, evidence, strays } = observations;
  const influences = unreachedInfluences(observations);
  const complaints: (readonly [string[], Complaint])[] = [];
  for (const one of evidence) {
    const complaint = complaintOf(one, observations, influences.get(one.facts.name));
    if (complaint !== undefined) complaints.push([[one.facts.name], complaint]);
  }
  const blamed = new Set(complaints.map(([, { place }]) => place && placeText(place)));
  for (const stray of strays) {
    const complaint = madeInLossComplaint(stray);
    // A variable made of what another computed has been told of already.
    const isTold = complaint.place !== undefined && blamed.has(placeText(complaint.place));
    if (!isTold) complaints.push([[], complaint]);
  }
  const lastLoss = training.watched.steps.at(-1)?.loss;
  const isExplained = complaints.some(([, { status }]) => status === "nonFinite");
  if (!Number.isFinite(lastLoss) && !isExplained) {
    complaints.push([[], nonFiniteComplaint({ of: "loss", step: training.watched.steps.length - 1 })]);
  }
  return { complaints, excuses: new Map() };
}

function complaintOf(
  one: Evidence,
  { subject, training, probe, run }: Observations,
  influence: Influence | undefined,
): Complaint | undefined {
  const { name, trainable, held } = one.facts;
  const variable = subject.variables.get(name) as TfjsVariable;
  if (one.nonFinite !== undefined) return nonFiniteComplaint(one.nonFinite);
  if (!trainable) return undefined;
  const operation = training.gradientless.get(name);
  if (operation !== undefined) return gradientlessComplaint(operation);
  if (influence !== undefined) {
    const isCut =
      influence.onLoss === true || (influence.onLoss === undefined && influence.event !== undefined);
    if (isCut) return cutComplaint(influence.event);
    return unusedComplaint(influence.onLoss !== undefined, run().deadEnd(variable));
  }
  const overwritten = overwriteOf(variable, probe);
  if (overwritten !== undefined) return overwrittenComplaint(overwritten);
  if (!held) return NOT_HELD;
  if (one.exploding) return EXPLODING;
  if (one.gradient === "zero") return zeroComplaint(run().zeroCause(variable));
  return one.moved === false ? UNMOVED : undefined;
}

/** What follows each variable that no gradient reached. */
function unreachedInfluences({ subject, training, evidence, probe }: Observations): Map<string, Influence> {
  const unreached = evidence
    .filter(({ facts, numbers }) => facts.trainable && numbers.gradientNorm.every((norm) => norm === null))
    .map(({ facts: { name } }) => [name, subject.variables.get(name) as TfjsVariable] as const)
    .filter(([name]) => !training.gradientless.has(name));
  if (unreached.length === 0) return new Map();
  // Most often none of them has any influence, which one look shows for all.
  const all = probe.influenceOf(unreached.map(([, variable]) => variable));
  const isIdle = all.onLoss !== true && all.event === undefined;
  return new Map(
    unreached.map(([name, variable]) => [name, isIdle ? all : probe.influenceOf([variable])] as const),
  );
}

/** The assignment with which the loss overwrites a variable by what does not come from itself. */
function overwriteOf(variable: TfjsVariable, probe: LossProbe): LossEvent | undefined {
  const assignment = probe.events.find((event) => event.kind === "assigned" && event.variable === variable);
  if (assignment === undefined) return undefined;
  const { onLoss, event } = probe.influenceOf([variable]);
  return onLoss === false && event === undefined ? assignment : undefined;
}
