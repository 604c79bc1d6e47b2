/**
 * A process of the command line. The command works in a thread of its own; this one writes what it says and serves
 * signals meanwhile. So Ctrl-C is heard whatever the command does, and however long without a pause.
 */
import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import { Worker } from "node:worker_threads";
import { EXIT } from "../frame/exit-codes.js";
import { flagsOf } from "../frame/flags.js";
import type { FromCommand, ThreadData, ToCommand } from "./messages.js";
import { commandName, StandardStreams, streamFacts } from "./standard-streams.js";

// Not SIGHUP: its default ends the process at once, and a listener would take that of nohup away.
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

// How long a command may take to clean up, and then its thread to stop: together under the two seconds that are
// promised, also on a machine that is busy.
const PATIENCE_MS = 1000;
const TERMINATION_MS = 400;
// Tries to write where the reader is slow, a hundredth of a second each.
const PATIENCE_AT_END = 20;

/** Runs a command line; the process ends with its exit code. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  if (printsAlone(args)) {
    const streams = new StandardStreams(commandName(args), streamFacts());
    const { main } = await import("../main.js");
    process.exitCode = await streams.exitCode(await main(args, streams));
  } else new CommandProcess(args).start();
}

/** Help and versions: nothing in them takes time, and a thread would. */
function printsAlone(args: readonly string[]): boolean {
  const words = ["--help", "-h", "--version", "-V"];
  return args.length === 0 || args[0] === "help" || args.some((argument) => words.includes(argument));
}

class CommandProcess {
  readonly #args: readonly string[];
  readonly #thread: Worker;
  #temporaries: readonly (string | Uint8Array)[] = [];
  /** The command's, once it has said it. */
  #exitCode: number | undefined;
  #signals = 0;
  #isStopping = false;

  constructor(args: readonly string[]) {
    this.#args = args;
    const workerData: ThreadData = { args, facts: streamFacts() };
    // Left to itself, a thread gets less memory than a process.
    const maxOldGenerationSizeMb = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20);
    const resourceLimits = { maxOldGenerationSizeMb };
    this.#thread = new Worker(new URL("./command-thread.js", import.meta.url), {
      workerData,
      resourceLimits,
      // The thread writes itself; Node's way through this thread would make pipes that do not wait of both.
      stdout: true,
      stderr: true,
    });
  }

  start(): void {
    for (const signal of SIGNALS) process.on(signal, this.#interrupt);
    process.on("SIGWINCH", () => this.#send({ kind: "resize", facts: streamFacts() }));
    this.#thread.on("message", (message: FromCommand) => this.#receive(message));
    this.#thread.on("error", (error) => this.#fail(error));
    this.#thread.on("exit", () => this.#ended());
  }

  #send(message: ToCommand): void {
    this.#thread.postMessage(message);
  }

  #receive(message: FromCommand): void {
    if (message.kind === "temporaries") this.#temporaries = message.paths;
    else {
      this.#exitCode = message.exitCode;
      // Not waiting for what the command no longer waits for.
      if (this.#signals > 0) void this.#stop();
    }
  }

  readonly #interrupt = (): void => {
    this.#signals++;
    if (this.#signals > 1) void this.#stop();
    else {
      this.#send({ kind: "interrupt" });
      void delay(PATIENCE_MS).then(() => this.#stop());
    }
  };

  /** Stops the command where it stands: outputs appear by rename, so none is partial. */
  async #stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const stopped = this.#thread.terminate().then(() => true);
    const isStopped = await Promise.race([stopped, delay(TERMINATION_MS, false)]);
    for (const path of this.#temporaries) removeQuietly(path);
    // A reader that takes nothing may be what holds the thread up: from here on a signal ends the process as ever.
    if (!isStopped) this.#ignoreSignals();
    if (this.#exitCode === undefined) await this.#report("interrupted", isStopped);
    if (isStopped) process.exit(this.#exitCode ?? EXIT.interrupted);
    // A decoder is at work, which nobody can stop and for whose end Node's own exit would wait. Shells report an end
    // by this signal as 130, too.
    process.kill(process.pid, "SIGINT");
  }

  /** The thread broke down: out of memory, or a fault of ours. */
  #fail(error: Error): void {
    this.#exitCode = EXIT.failed;
    if (!this.#isStopping) void this.#report(error);
  }

  #ended(): void {
    if (this.#isStopping) return;
    this.#ignoreSignals();
    for (const path of this.#temporaries) removeQuietly(path);
    if (this.#exitCode === undefined) this.#fail(new Error("the command ended without a result"));
    process.exitCode = this.#exitCode ?? EXIT.failed;
  }

  #ignoreSignals(): void {
    for (const signal of SIGNALS) process.off(signal, this.#interrupt);
  }

  /** Its modules are loaded when there is something to report: the thread has its own copies of them. */
  async #report(problem: Error | "interrupted", isStopped = true): Promise<void> {
    const { describeFailure, InterruptedError } = await import("../frame/failure.js");
    const { Output } = await import("../frame/output.js");
    const out = new Output(
      commandName(this.#args),
      new StandardStreams(commandName(this.#args), streamFacts(), PATIENCE_AT_END),
      flagsOf(this.#args),
    );
    const { code, message } = describeFailure(problem === "interrupted" ? new InterruptedError() : problem);
    out.error(message);
    if (out.json && isStopped) out.document({ error: { code, message } });
  }
}

function removeQuietly(path: string | Uint8Array): void {
  try {
    rmSync(typeof path === "string" ? path : Buffer.from(path), { force: true });
  } catch {
    // The process is ending: there is nobody left to tell.
  }
}
