/** A diagnosis from what a training run left behind: no program is run, so no line of it can be named. */
import { type Complaint, findingOf, groupComplaints, illVerdict } from "./complaint.js";
import { DIAGNOSIS_VERSION, type Diagnosis, type ParameterDiagnosis } from "./diagnosis.js";
import { evenly } from "./evenly.js";
import type { HistogramRecord } from "./histogram.js";
import { type Evidence, evidenceOf, type RunEvidence } from "./run-evidence.js";
import { checkRun, type RunHistory } from "./run-history.js";

/** A diagnosis shows how the loss went; it needs no more points than that. */
const MAX_LOSSES = 200;
const SCRIPT = "synthconv doctor on a module that exports model, batch and loss names the line.";

/**
 * What a run's history says of its parameters: which did not move, got no gradient or only zeros, exploded, are
 * not finite, or are not held by the optimizer. Watched steps say most; without them the last two checkpoints
 * and what the optimizer remembers say which parameters stood still.
 *
 * @throws {ValueError} when there is neither a watched step nor a checkpoint.
 */
export function diagnoseRun(run: RunHistory): Diagnosis {
  checkRun("diagnoseRun", run);
  const evidence = evidenceOf(run);
  const complaints = new Map<string, Complaint>();
  for (const one of evidence.parameters) {
    const complaint = complaintOf(one, evidence.where);
    if (complaint !== undefined) complaints.set(one.facts.name, complaint);
  }
  const groups = groupComplaints(Array.from(complaints, ([name, complaint]) => [[name], complaint]));
  const findingOfName = new Map(groups.flatMap(({ names }, index) => names.map((name) => [name, index])));
  const losses = (evidence.watchedSteps > 0 ? (run.watched?.steps ?? []) : run.records).map(
    ({ loss }) => loss,
  );
  const parameters = evidence.parameters.map(({ facts, numbers, deadUnits }): ParameterDiagnosis => {
    const { name, shape, dtype, trainable } = facts;
    const finding = findingOfName.get(name);
    return {
      ...{ name, shape, dtype, numbers },
      status: complaints.get(name)?.status ?? (trainable ? "learns" : "frozen"),
      ...(finding !== undefined && { finding }),
      ...(deadUnits !== undefined && { deadUnits }),
    };
  });
  return {
    version: DIAGNOSIS_VERSION,
    healthy: groups.length === 0,
    state: groups.length === 0 ? "well" : "ill",
    verdict: groups.length === 0 ? goodVerdict(evidence, run) : illVerdict(parameters, groups),
    steps: losses.length,
    losses: evenly(losses, MAX_LOSSES),
    parameters,
    findings: groups.map(findingOf),
  };
}

/** The histograms of a run's watched steps, for the reports. */
export function runHistograms(run: RunHistory): HistogramRecord[] {
  checkRun("runHistograms", run);
  const { watched } = run;
  const records: HistogramRecord[] = [];
  for (const { step, parameters } of watched?.steps ?? []) {
    for (const [parameter, history] of parameters) {
      for (const of of ["value", "gradient", "update"] as const) {
        const histogram = history[of];
        if (histogram !== undefined) records.push({ step, parameter, of, histogram });
      }
    }
  }
  return records;
}

function complaintOf(evidence: Evidence, where: string): Complaint | undefined {
  const { facts, gradient, moved, nonFinite, exploding } = evidence;
  if (nonFinite !== undefined) return nonFiniteComplaint(nonFinite);
  if (!facts.trainable) return undefined;
  if (!facts.held) return NOT_HELD;
  if (exploding) return EXPLODING;
  if (gradient === "none") return noGradient(where);
  if (gradient === "zero") return zeroGradient(where);
  if (moved === false) return unmoved(where);
  return undefined;
}

const NOT_HELD: Complaint = {
  status: "notHeld",
  fault: "optimizerHoldsOthers",
  phrase: "the optimizer does not hold {them|it}",
  cause: "The optimizer of this run updates other parameters, and these are not frozen.",
  repair: "Make the optimizer from model.parameters(), or set trainable to false where that is meant.",
};

const EXPLODING: Complaint = {
  status: "exploding",
  fault: "exploding",
  phrase: "{their|its} numbers explode",
  cause:
    "The norm of the weights or of the gradient ended at more than 100 times its median, and the loss above where it began.",
  repair: "Lower the learning rate, warm it up, or clip the gradient.",
};

function nonFiniteComplaint({ of, step }: { of: string; step: number }): Complaint {
  return {
    status: "nonFinite",
    fault: "nonFinite",
    phrase: "NaN or Infinity comes up",
    cause: `Entries of the ${of} are NaN or infinite, first seen in step ${step}.`,
    repair:
      "Lower the learning rate or clip the gradient; the error that stopped the training names the operation.",
  };
}

function noGradient(where: string): Complaint {
  return {
    status: "unused",
    fault: "notWired",
    phrase: "no gradient arrives",
    cause: `No gradient arrived ${where}: the loss does not depend on them, or the graph is cut on the way.`,
    repair: `Pass what they compute on to the loss as a value, without detach and without numbers; ${SCRIPT}`,
  };
}

function zeroGradient(where: string): Complaint {
  return {
    status: "zero",
    fault: "alwaysZero",
    phrase: "{their|its} gradient is always 0",
    cause: `The gradient is zero ${where}: units that are always off, a factor of 0, or rounding in between.`,
    repair: `Look at what follows these parameters: a ReLU that never lets anything through, a product with 0; ${SCRIPT}`,
  };
}

function unmoved(where: string): Complaint {
  return {
    status: "zero",
    fault: "alwaysZero",
    phrase: "no update moves {them|it}",
    cause: `The weights are the same bits ${where}: their updates are 0 or too small to change them.`,
    repair: "Raise the learning rate, and see that the schedule does not begin or stay at 0.",
  };
}

function goodVerdict({ parameters, where, watchedSteps }: RunEvidence, { checkpoints }: RunHistory): string {
  const frozen = parameters.filter(({ facts }) => !facts.trainable).length;
  const count = `${parameters.length - frozen}${frozen === 0 ? "" : `, and ${frozen} frozen`}`;
  if (watchedSteps > 1) {
    return `Every trained parameter (${count}) learns: a gradient arrived and moved it, seen ${where}.`;
  }
  if (watchedSteps === 1) {
    return `Nothing is wrong ${where}, but one step cannot show that the parameters (${count}) learn: watch more often.`;
  }
  const moved = checkpoints.length > 1 ? "moved, seen" : "was updated by the optimizer";
  const more = "synthconv train --watch 100 tells gradients, updates and histograms too.";
  return `Every trained parameter (${count}) ${moved} ${where}; ${more}`;
}
