// Runs the suite in the Node that runs this file: `node conformance/run.mjs` prints what fails and a summary,
// with --json the whole report. `node scripts/setup.mjs` builds it.
import { runConformance } from "./dist/run.js";

const report = await runConformance();
if (process.argv.includes("--json")) {
  process.stdout.write(JSON.stringify(report));
} else {
  for (const result of report.results) if (!result.passed) console.log(JSON.stringify(result));
  const passed = report.results.filter((result) => result.passed).length;
  console.log(
    `${passed} of ${report.results.length} passed; ${report.backends.join(", ")}; ${report.threads} threads`,
  );
}
