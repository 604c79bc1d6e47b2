/** Has a user's module diagnosed in its own process, within a time limit. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Diagnosis, RunHistory } from "synthconv/doctor";
import { Progress } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { CommandError } from "../../frame/failure.js";
import { PACKAGE_FOLDER } from "../../frame/package-folder.js";
import type { Message, Phase, Request } from "./messages.js";

export interface ModuleOptions {
  readonly steps: number | undefined;
  readonly isRecorded: boolean;
  /** Seconds. */
  readonly timeLimit: number;
}

// Not from the program in fewer files, which has a copy of the library: the module's own is to watch it.
const PROGRAM = fileURLToPath(new URL("dist/commands/doctor/module-process.js", PACKAGE_FOLDER));

/**
 * Imports and diagnoses a module. What it prints goes to stderr, because stdout is the report's.
 *
 * @throws {CommandError} `MODULE` when the module cannot be used, ends its process or exceeds the time limit.
 * @throws {InterruptedError} when the command is interrupted.
 */
export async function diagnoseModule(
  path: string,
  { steps, isRecorded, timeLimit }: ModuleOptions,
  { out, signal }: CommandContext,
): Promise<{ diagnosis: Diagnosis; history: RunHistory }> {
  const request: Request = { path, steps, isRecorded };
  const child = fork(PROGRAM, [JSON.stringify(request)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => out.stderr.write(text));
  }
  const progress = new Progress({
    label: "doctor",
    unit: "steps",
    stream: out.stderr,
    silent: out.quiet,
    signal,
  });
  try {
    const message = await resultOf(child, path, timeLimit, signal, (done) => progress.update(done));
    if (message.kind === "result") return message;
    throw new CommandError(message.code, message.message);
  } finally {
    progress.finish();
    // Also where a timer or a server of the module would keep it alive.
    child.kill("SIGKILL");
  }
}

type Ending = Extract<Message, { kind: "result" | "failure" }>;

function resultOf(
  child: ChildProcess,
  path: string,
  timeLimit: number,
  signal: AbortSignal,
  onStep: (done: number) => void,
): Promise<Ending> {
  let phase: Phase = "imported";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLong(path, phase, timeLimit)), timeLimit * 1000);
    const interrupt = (): void => reject(signal.reason);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
    };
    signal.addEventListener("abort", interrupt);
    child.on("message", (message: Message) => {
      if (message.kind === "phase") phase = message.phase;
      else if (message.kind === "step") onStep(message.done);
      else {
        settle();
        resolve(message);
      }
    });
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code, killedBy) => {
      settle();
      reject(endedEarly(path, phase, code, killedBy));
    });
    if (signal.aborted) interrupt();
  });
}

function tooLong(path: string, phase: Phase, seconds: number): CommandError {
  const received =
    phase === "imported" ? "a module that is still being imported" : "a loss that is still being computed";
  return new CommandError(
    "MODULE",
    `${path}: expected a verdict within ${seconds} seconds, received ${received}. Look for a loop that never ` +
      "ends, make the batch smaller, or give it more time with --time-limit.",
  );
}

// Node's own, for an await at the top of a module that nothing will ever answer.
const UNSETTLED_AWAIT = 13;

function endedEarly(path: string, phase: Phase, code: number | null, killedBy: string | null): CommandError {
  const when = phase === "imported" ? "while it was imported" : "while it was diagnosed";
  const [received, repair] =
    killedBy !== null
      ? [`the end of its process by ${killedBy}`, "Its memory may have run out: make the batch smaller."]
      : code === UNSETTLED_AWAIT
        ? ["an await at its top level that nothing will ever answer", "Export what is there without it."]
        : [`the end of its process with exit code ${code}`, "Leave out process.exit."];
  return new CommandError(
    "MODULE",
    `${path}: expected model, batch and loss(model, batch), received ${received} ${when}. ${repair}`,
  );
}
