/** What the functions of doctor/ take: things that others of them make. */
import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { type Kind, kind, listOf } from "../core/kinds.js";
import type { Diagnosis } from "./diagnosis.js";
import type { HistogramRecord } from "./histogram.js";

const DIAGNOSIS: Kind<Diagnosis> = kind(
  "a diagnosis",
  (value) => {
    if (!isPlainObject(value)) return false;
    const lists = [value.parameters, value.findings, value.losses];
    return typeof value.verdict === "string" && lists.every(Array.isArray);
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
