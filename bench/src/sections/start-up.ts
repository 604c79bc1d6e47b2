/** How long the command line takes to answer, against an empty program in the same Node. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { measurement, type SectionResult } from "../harness/report.js";
import { seriesOf, timed } from "../harness/rounds.js";
import { columns, spread } from "../harness/table.js";
import { type BenchContext, measure } from "./context.js";

const COMMAND_LINE = fileURLToPath(new URL("../../../packages/cli/bin/synthconv.cjs", import.meta.url));

const PROGRAMS = {
  "node -e 0": ["-e", "0"],
  "synthconv --version": [COMMAND_LINE, "--version"],
  "synthconv apply --help": [COMMAND_LINE, "apply", "--help"],
} as const;

export async function startUpSection(context: BenchContext): Promise<SectionResult> {
  const contenders = Object.entries(PROGRAMS).map(([name, args]) => timed(name, () => start(args)));
  const all = await measure(context, "start-up", contenders, 9);
  const measurements = Object.keys(PROGRAMS).map((name) =>
    measurement(`start-up/${name}`, "ms", seriesOf(all, name)),
  );
  const table = {
    title: "Start-up of the command line",
    columns: columns("", "ms (quartiles)"),
    rows: Object.keys(PROGRAMS).map((name, i) => [name, spread(measurements[i] ?? measurement("", "", []))]),
    notes: [],
  };
  return { id: "start-up", tables: [table], measurements };
}

function start(args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`, { cause: error });
}
