/**
 * A process of the command line. The command works in a thread of its own; this one writes what it says and serves
 * signals meanwhile. So Ctrl-C is heard whatever the command does, and however long without a pause.
 */
import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import { Worker } from "node:worker_threads";
import { EXIT } from "../frame/exit-codes.js";
import type { FromCommand, SayInterrupted, ThreadData, ToCommand } from "./messages.js";
import { commandName, StandardStreams, streamFacts } from "./standard-streams.js";

// Not SIGHUP: its default ends the process at once, and a listener would take that of nohup away.
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

// How long a command may take to clean up, then its thread to stop, then the last line to find a reader: together under
// the two seconds that are promised, also on a machine that is busy.
const PATIENCE_MS = 800;
const TERMINATION_MS = 300;
const REPORT_MS = 800;

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
  /** Says that the command was interrupted, if that does not say it itself; loaded by the first signal. */
  #lastWords: Worker | undefined;

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
    this.#lastWords ??= this.#loadLastWords();
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
    const isSaid = this.#exitCode !== undefined || (await this.#reportInterruption(isStopped));
    if (isStopped && isSaid) process.exit(this.#exitCode ?? EXIT.interrupted);
    // A decoder is at work or nobody reads: Node's own exit would wait for that. Shells report an end by this signal as
    // 130, too.
    this.#ignoreSignals();
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

  /** A thread, because it may have to be left behind: a pipe that is full holds whoever writes there. */
  #loadLastWords(): Worker {
    const workerData: ThreadData = { args: this.#args, facts: streamFacts() };
    const url = new URL("./interruption-thread.js", import.meta.url);
    const thread = new Worker(url, { workerData, stdout: true, stderr: true });
    // It is no reason to stay.
    thread.unref();
    return thread;
  }

  /** @returns whether there was a reader. */
  async #reportInterruption(isStopped: boolean): Promise<boolean> {
    const thread = this.#lastWords ?? this.#loadLastWords();
    const isSaid = new Promise<boolean>((resolve) => thread.once("exit", () => resolve(true)));
    const message: SayInterrupted = { withDocument: isStopped };
    thread.postMessage(message);
    return Promise.race([isSaid, delay(REPORT_MS, false)]);
  }

  /** Its modules are loaded when there is something to report: the thread has its own copies of them. */
  async #report(error: Error): Promise<void> {
    const { reportFailure } = await import("./report-failure.js");
    reportFailure(error, this.#args, streamFacts());
  }
}

function removeQuietly(path: string | Uint8Array): void {
  try {
    rmSync(typeof path === "string" ? path : Buffer.from(path), { force: true });
  } catch {
    // The process is ending: there is nobody left to tell.
  }
}
