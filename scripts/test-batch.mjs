// Workers killed with -9, Redis restarted, every shard delivered twice: npm run test:batch -- --photos 20000 --seed 7
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { photos: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } },
});
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", "packages/batch/test/chaos"],
  {
    cwd: root,
    stdio: "inherit",
    // As in CI: a test whose oracle is not there fails, where a developer would see it skipped.
    env: {
      ...process.env,
      CI: "1",
      SYNTHCONV_BATCH_PHOTOS: values.photos,
      SYNTHCONV_BATCH_SEED: values.seed,
    },
  },
);
process.exitCode = status ?? 1;
