// kill -9 at random moments of trainings and batches, the whole: npm run test:kills -- --seed 7 --count 200
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "200" } },
});
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", "packages/cli/test/faults/kills"],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, SYNTHCONV_KILLS: values.count, SYNTHCONV_KILL_SEED: values.seed },
  },
);
process.exitCode = status ?? 1;
