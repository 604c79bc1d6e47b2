// Image files of every kind in combination against other programs, the whole: npm run test:images -- --seed 7 --count 2000
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "2000" } },
});
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", "packages/cli/test/image/combinations"],
  {
    cwd: root,
    stdio: "inherit",
    // As in CI: a test whose oracle is not there fails, where a developer would see it skipped.
    env: { ...process.env, CI: "1", SYNTHCONV_IMAGES: values.count, SYNTHCONV_IMAGE_SEED: values.seed },
  },
);
process.exitCode = status ?? 1;
