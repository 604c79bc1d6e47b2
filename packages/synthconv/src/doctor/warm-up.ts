/** What changes after the steps that were watched: a part that has its turn later is no fault. */
import type { Parameter } from "../autograd/parameter.js";
import type { CaseFile } from "./case-file.js";
import type { Diagnosis, Fault } from "./diagnosis.js";
import { passesGradient } from "./flow.js";
import { observedLoss, type Subject } from "./observed-loss.js";
import { hasManyEntries } from "./rate-trial.js";
import { nameList } from "./report/words.js";
import { Trace } from "./trace.js";

/** With those that were watched 64 runs: a warm-up of 50 ends within them. */
const LATER = 47;
/** What a part shows that has not had its turn yet. */
const UNTIL_THEN: ReadonlySet<Fault> = new Set<Fault>([
  "detached",
  "computedWithoutTape",
  "plainNumbers",
  "zeroDerivative",
  "notWired",
  "optimizerHoldsOthers",
  "alwaysZero",
]);
const MAX_NAMES = 4;

/**
 * The diagnosis of later steps, where all that is accused learns in them and nothing is wrong; undefined where the loss
 * goes on as it was.
 *
 * @param again watches and judges from where the runs of now end.
 */
export function afterWarmUp(
  file: CaseFile,
  { findings }: Diagnosis,
  again: () => Diagnosis,
): Diagnosis | undefined {
  const accused = findings.flatMap(({ parameters }) => parameters);
  const isWaiting = findings.length > 0 && findings.every(({ fault }) => UNTIL_THEN.has(fault));
  if (!isWaiting || accused.length === 0 || !changesLater(file)) return undefined;
  const later = again();
  const learns = new Set(later.parameters.flatMap(({ name, status }) => (status === "learns" ? [name] : [])));
  if (later.state !== "well" || !accused.every((name) => learns.has(name))) return undefined;
  const names = nameList([...new Set(accused)], MAX_NAMES);
  return {
    ...later,
    verdict: `${later.verdict} In ${file.losses.length} steps before them ${names} had no turn: a warm-up.`,
  };
}

/** Runs on without an update, until the loss takes another way than in the last step; the run's own counters go on. */
function changesLater(file: CaseFile): boolean {
  const { subject, last, rateSettings } = file;
  if (hasManyEntries(subject)) return false;
  const ratesThen = subject.optimizers.map((one) => rateSettings.get(one)?.rate ?? one.learningRate);
  const before = wayOfStep(last.trace, subject, ratesThen);
  try {
    for (let run = 0; run < LATER; run++) {
      const trace = new Trace({ hasPrints: false });
      observedLoss(subject.loss, trace);
      const rates = subject.optimizers.map(({ learningRate }) => learningRate);
      if (wayOfStep(trace, subject, rates) !== before) return true;
    }
  } catch {
    // A program that cannot run on tells nothing of later.
  }
  return false;
}

/** Operations, what passes no gradient, factors of 0, rates of 0 and what is frozen. */
function wayOfStep(trace: Trace, { model }: Subject, rates: readonly number[]): string {
  const zeros = trace.entries.filter(({ tensor, kind }) => kind === "leaf" && tensor.size === 1);
  return [
    Array.from(trace.origins.values(), ({ operation }) => operation),
    trace.edges.map((edge) => Number(passesGradient(edge))),
    zeros.map(({ tensor }) => Number(tensor.data[0] === 0)),
    trace.innerSteps.map(({ rate }) => Number(rate === 0)),
    rates.map((rate) => Number(rate === 0)),
    model.parameters().map(({ trainable }: Parameter) => Number(trainable)),
  ].join(";");
}
