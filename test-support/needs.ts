/** What a test needs of its machine: it is skipped with a reason where that is absent. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";

/** Continuous integration has every tool: there an absent one is a failure, elsewhere a skip with its reason. */
export function need(context: TestContext, present: boolean, reason: string): void {
  if (present) return;
  if (process.env.CI) throw new Error(reason);
  context.skip(reason);
}

/** The option with which each program prints its version. */
const TOOLS = { ffmpeg: "-version", exiftool: "-ver" } as const;

export function needTool(context: TestContext, tool: keyof typeof TOOLS): void {
  const isPresent = spawnSync(tool, [TOOLS[tool]], { stdio: "ignore" }).status === 0;
  need(context, isPresent, `${tool} is not installed`);
}

/** A Python that has PyTorch; Debian's python3-torch belongs to the system's own. */
export const torchPython = "/usr/bin/python3";

export function needTorch(context: TestContext): void {
  // Looks for the module without the seconds that its import takes.
  const search = "import importlib.util as u, sys; sys.exit(u.find_spec('torch') is None)";
  const { status } = spawnSync(torchPython, ["-c", search]);
  need(context, status === 0, `${torchPython} has no torch`);
}

/** The Python of `SYNTHCONV_CONSUMERS_PYTHON`, or the system's own, that has these packages. */
export function pythonWith(context: TestContext, ...modules: string[]): string {
  const python = process.env.SYNTHCONV_CONSUMERS_PYTHON ?? "python3";
  const search = `import importlib.util as u, sys; sys.exit(any(u.find_spec(m) is None for m in ${JSON.stringify(modules)}))`;
  const { status } = spawnSync(python, ["-c", search]);
  const missing = `${python} has no ${modules.join(" or ")}: name one by SYNTHCONV_CONSUMERS_PYTHON`;
  need(context, status === 0, missing);
  return python;
}

/**
 * A folder or file of the collection of real photos and LUTs, which lies beside some checkouts and is not part of the
 * project: its tests are skipped where it is absent, also in continuous integration.
 */
export function sharedData(context: TestContext, path: string): string {
  const shared = join(import.meta.dirname, "../../shared/data", path);
  if (!existsSync(shared)) context.skip(`../shared/data/${path} is absent`);
  return shared;
}
