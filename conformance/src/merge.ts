/** The reports of processes that shared a run, as one. */
import type { Report } from "./run.js";

export function merged(reports: readonly Report[]): Report {
  const [first] = reports;
  if (first === undefined) throw new Error("no report to merge");
  const choices: Record<string, number> = {};
  for (const report of reports) {
    for (const [choice, count] of Object.entries(report.choices))
      choices[choice] = (choices[choice] ?? 0) + count;
  }
  return {
    ...first,
    cases: reports.reduce((sum, { cases }) => sum + cases, 0),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    failures: reports.flatMap(({ failures }) => failures),
    choices,
    digests: Object.assign({}, ...reports.map(({ digests }) => digests)),
  };
}
