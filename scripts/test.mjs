// Runs the test suite and closes with one line, `N passed, N failed`, that a program can read.
// Arguments go on to vitest: npm test -- ops
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "synthconv-test-"));
const resultFile = join(folder, "results.json");
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${resultFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = status ?? 1;
try {
  const results = JSON.parse(readFileSync(resultFile, "utf8"));
  const brokenFiles = results.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const skipped = results.numPendingTests + results.numTodoTests;
  const tail = skipped > 0 ? `, ${skipped} skipped` : "";
  console.log(`${results.numPassedTests} passed, ${results.numFailedTests + brokenFiles} failed${tail}`);
} catch {
  console.log("0 passed, 1 failed");
  process.exitCode ||= 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
