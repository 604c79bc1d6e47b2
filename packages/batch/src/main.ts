/** The command line of `synthconv-batch`. Only the command that is called is loaded. */
import { readFileSync } from "node:fs";
import { type CommandEntry, type Environment, runProgram, standardInput } from "synthconv-cli/internal";

const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    summary: "plan and do all the work on this machine",
    load: async () => (await import("./commands/run.js")).run,
  },
  {
    name: "plan",
    summary: "list photos into shards, for workers on any machines",
    load: async () => (await import("./commands/plan.js")).plan,
  },
  {
    name: "work",
    summary: "work on shards, beside as many other machines as there are",
    load: async () => (await import("./commands/work.js")).work,
  },
  {
    name: "status",
    summary: "how far a plan is, at which rate, and how long it will take",
    load: async () => (await import("./commands/status.js")).status,
  },
  {
    name: "report",
    summary: "what became of a plan, and the photos that failed with their reasons",
    load: async () => (await import("./commands/report.js")).report,
  },
  {
    name: "cancel",
    summary: "stop a plan; what is done stays",
    load: async () => (await import("./commands/cancel.js")).cancel,
  },
];

/**
 * Runs one command line.
 *
 * @returns the exit code: 0 good, 1 failed or some photos failed, 2 wrong usage, 130 interrupted.
 */
export function main(
  args: readonly string[],
  environment: Pick<Environment, "stdout" | "stderr" | "signal">,
): Promise<number> {
  return runProgram(
    {
      name: "synthconv-batch",
      version: ownVersion(),
      description:
        "Applies a look to very many photos: on one machine, on many by Redis, or as an Indexed Job of Kubernetes; from " +
        "and to folders and S3-compatible stores.",
      commands: COMMANDS,
    },
    args,
    { stdin: standardInput, debug: process.env.SYNTHCONV_DEBUG === "1", ...environment },
  );
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return version;
}
