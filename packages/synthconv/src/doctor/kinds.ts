/** What the functions of doctor/ take: things that others of them make. */
import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { isListOf, type Kind, kind, listOf } from "../core/kinds.js";
import type { Diagnosis, Finding, ParameterDiagnosis } from "./diagnosis.js";
import type { HistogramRecord } from "./histogram.js";

const PARAMETER = kind<ParameterDiagnosis>("the diagnosis of a parameter", (value) => {
  if (!isPlainObject(value) || !isPlainObject(value.numbers)) return false;
  return Array.isArray(value.numbers.gradientNorm) && Array.isArray(value.numbers.updateRatio);
});
const FINDING = kind<Finding>("a finding", (value) => {
  return isPlainObject(value) && Array.isArray(value.parameters) && typeof value.cause === "string";
});
const DIAGNOSIS: Kind<Diagnosis> = kind(
  "a diagnosis",
  (value) => {
    if (!isPlainObject(value)) return false;
    const { verdict, parameters, findings, losses } = value;
    const areLists = isListOf(PARAMETER, parameters) && isListOf(FINDING, findings) && Array.isArray(losses);
    return typeof verdict === "string" && areLists;
  },
  () => "diagnose(model, batch, loss) and diagnoseRun(run) make one.",
);

export const HISTOGRAMS: Kind<readonly HistogramRecord[]> = listOf(
  kind("a histogram", isHistogramRecord),
  "a list of histograms",
  () => "runHistograms(run) makes it.",
);

function isHistogramRecord(value: unknown): boolean {
  if (!isPlainObject(value) || !isPlainObject(value.histogram)) return false;
  return Array.isArray(value.histogram.edges) && Array.isArray(value.histogram.counts);
}

/** @throws {ValueError} when it is no diagnosis. */
export function checkedDiagnosis(where: string, diagnosis: Diagnosis): Diagnosis {
  check(where, "diagnosis", diagnosis, DIAGNOSIS);
  return diagnosis;
}
