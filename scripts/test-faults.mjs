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
    env: { ...process.env, SYNTHCONV_FAULTS: values.count, SYNTHCONV_FAULT_SEED: values.seed },
  },
);
process.exitCode = status ?? 1;
