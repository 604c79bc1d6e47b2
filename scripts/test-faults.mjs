// Every command on a disk whose k-th operation fails, the whole: npm run test:faults -- --seed 7 --count 100
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "all" } },
});
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", "packages/cli/test/faults/failing-disk"],
  {
    cwd: root,
    stdio: "inherit",
    // As in CI: a test that lacks its compiler fails, where a developer would see it skipped.
    env: { ...process.env, CI: "1", SYNTHCONV_FAULTS: values.count, SYNTHCONV_FAULT_SEED: values.seed },
  },
);
process.exitCode = status ?? 1;
