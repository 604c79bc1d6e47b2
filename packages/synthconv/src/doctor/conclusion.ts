/** What a diagnosis says at its end, whatever ran the steps: this library's tape or another. */
import type { Judgement } from "./complaints.js";
import type { Diagnosis, Finding, ParameterDiagnosis } from "./diagnosis.js";
import type { Evidence } from "./run-evidence.js";

/** What all that was found says of one parameter. */
export function parameterDiagnosis(
  { facts, numbers, deadUnits }: Evidence,
  { complaints, excuses }: Judgement,
  findings: readonly Finding[],
): ParameterDiagnosis {
  const { name, shape, dtype, trainable } = facts;
  const complaint = complaints.find(([names]) => names.includes(name))?.[1];
  const finding = findings.findIndex(
    ({ severity, parameters }) => severity === "fault" && parameters.includes(name),
  );
  const excuse = excuses.get(name);
  const isDeclared = excuse !== undefined && numbers.gradientNorm.every((norm) => norm === null);
  return {
    ...{ name, shape, dtype, numbers },
    status: complaint?.status ?? (trainable && !isDeclared ? "learns" : "frozen"),
    ...(finding >= 0 && { finding }),
    ...(excuse !== undefined && { excuse }),
    ...(deadUnits !== undefined && { deadUnits }),
  };
}

/** The sentence that a person reads first, where nothing is wrong. */
export function goodVerdict(parameters: Diagnosis["parameters"], steps: number): string {
  const learning = parameters.filter(({ status }) => status === "learns").length;
  const frozen = parameters.length - learning;
  const rest = frozen === 0 ? "" : `; ${frozen} ${frozen === 1 ? "is" : "are"} not trained on purpose`;
  const all = frozen === 0 ? `All ${learning} parameters learn` : `${learning} parameters learn`;
  return `${all}: a gradient arrived and moved ${learning === 1 ? "it" : "them"} in ${steps} steps${rest}.`;
}
