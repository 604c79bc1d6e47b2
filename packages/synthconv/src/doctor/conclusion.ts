/** What a diagnosis says at its end, whatever ran the steps: this library's tape or another. */
import type { Complaint, Group } from "./complaint.js";
import { illVerdict, reasonOf } from "./complaint.js";
import type { Diagnosis, Finding, ParameterDiagnosis } from "./diagnosis.js";
import type { Excuse } from "./excuses.js";
import type { Evidence } from "./run-evidence.js";

export interface Judgement {
  /** By dotted paths, faults first; none of the model's where a parameter outside of it is to blame. */
  readonly complaints: readonly (readonly [names: readonly string[], Complaint])[];
  /** Why what looks bad is meant, by dotted path. */
  readonly excuses: ReadonlyMap<string, Excuse>;
}

/** What all that was found says of one parameter. */
export function parameterDiagnosis(
  { facts, numbers, deadUnits }: Pick<Evidence, "facts" | "numbers" | "deadUnits">,
  { complaints, excuses }: Judgement,
  findings: readonly Finding[],
): ParameterDiagnosis {
  const { name, shape, dtype, trainable } = facts;
  const complaint = complaints.find(([names]) => names.includes(name))?.[1];
  const finding = findings.findIndex(
    ({ severity, parameters }) => severity === "fault" && parameters.includes(name),
  );
  const excuse = excuses.get(name);
  // A gradient of null did not arrive, one of 0 moved nothing.
  const isStill = numbers.gradientNorm.every((norm) => norm === null || norm === 0);
  const isExcused = excuse !== undefined && (isStill || excuse.isWhole === true);
  const status = !trainable || (isExcused && excuse.isDeclared) ? "frozen" : isExcused ? "idle" : "learns";
  return {
    ...{ name, shape, dtype, numbers },
    status: complaint?.status ?? status,
    ...(finding >= 0 && { finding }),
    ...(excuse !== undefined && { excuse: excuse.text }),
    ...(deadUnits !== undefined && { deadUnits }),
  };
}

/** The state and the sentence that a person reads first. */
export function conclusion(
  parameters: Diagnosis["parameters"],
  groups: readonly Group[],
  steps: number,
): Pick<Diagnosis, "healthy" | "state" | "verdict"> {
  const faults = groups.filter(({ complaint }) => complaint.severity === undefined);
  const warnings = groups.filter(({ complaint }) => complaint.severity === "warning");
  const warned = warnings.map(reasonOf).join("; ");
  if (faults.length > 0) {
    const verdict = illVerdict(parameters, faults);
    return {
      healthy: false,
      state: "ill",
      verdict: warned === "" ? verdict : `${verdict} Besides: ${warned}.`,
    };
  }
  const verdict = goodVerdict(parameters, steps);
  if (warned === "") return { healthy: true, state: "well", verdict };
  const count = warnings.length === 1 ? "a warning" : `${warnings.length} warnings`;
  return { healthy: true, state: "warned", verdict: `${verdict.slice(0, -1)}; with ${count}: ${warned}.` };
}

/** Where nothing is wrong. */
export function goodVerdict(parameters: Diagnosis["parameters"], steps: number): string {
  const learning = parameters.filter(({ status }) => status === "learns").length;
  const frozen = parameters.filter(({ status }) => status === "frozen").length;
  const idle = parameters.filter(({ status }) => status === "idle");
  const reasons = [...new Set(idle.map(({ excuse }) => excuse))].join("; ");
  const rest = [
    frozen === 0 ? "" : `; ${frozen} ${frozen === 1 ? "is" : "are"} not trained on purpose`,
    idle.length === 0 ? "" : `; ${idle.length} had nothing to learn here (${reasons})`,
  ].join("");
  const one = learning === 1;
  const all =
    learning === parameters.length
      ? one
        ? "The one parameter learns"
        : `All ${learning} parameters learn`
      : `${learning} ${one ? "parameter learns" : "parameters learn"}`;
  return `${all}: a gradient arrived and moved ${one ? "it" : "them"} in ${steps} ${steps === 1 ? "step" : "steps"}${rest}.`;
}
