/** stdout and stderr of the process, either of which may fail: on a full disk, or when its reader has gone. */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { EXIT } from "../frame/exit-codes.js";
import type { ReportStream } from "../frame/output.js";
import type { AllStreamFacts, StreamFacts } from "./messages.js";

/** What layout depends on. A terminal alone is asked through Node's stream, which would change how a pipe blocks. */
export function streamFacts(): AllStreamFacts {
  const factsOf = (descriptor: number, name: "stdout" | "stderr"): StreamFacts =>
    isatty(descriptor)
      ? { isTTY: true, columns: process[name].columns }
      : { isTTY: false, columns: undefined };
  return { stdout: factsOf(1, "stdout"), stderr: factsOf(2, "stderr") };
}

// A reader that is slow, on a pipe that another program told not to wait.
const RETRY_MS = 10;
const SLEEP = new Int32Array(new SharedArrayBuffer(4));

/** Writes at once, in the thread that calls: the thread that serves signals is never kept by a reader that is slow. */
class DirectStream implements ReportStream {
  facts: StreamFacts;
  readonly #descriptor: number;
  readonly #onLoss: (error: unknown) => void;
  #isLost = false;

  constructor(descriptor: number, facts: StreamFacts, onLoss: (error: unknown) => void) {
    this.#descriptor = descriptor;
    this.facts = facts;
    this.#onLoss = onLoss;
  }

  /** @throws what the system says where bytes are lost: they are the result itself, and words about it are not. */
  write(chunk: string | Uint8Array): void {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    for (let at = 0; at < bytes.length && !this.#isLost; ) {
      try {
        at += writeSync(this.#descriptor, bytes, at);
      } catch (error) {
        if (codeOf(error) === "EAGAIN") Atomics.wait(SLEEP, 0, 0, RETRY_MS);
        else if (typeof chunk !== "string") throw error;
        else {
          this.#isLost = true;
          this.#onLoss(error);
        }
      }
    }
  }

  get isTTY(): boolean {
    return this.facts.isTTY;
  }

  get columns(): number | undefined {
    return this.facts.columns;
  }
}

export class StandardStreams {
  readonly stdout: DirectStream;
  readonly stderr: DirectStream;
  readonly #command: string;
  /** What stdout failed with, other than by its reader's going. */
  #loss: unknown;

  /** @param command whose words these are: `synthconv inspect`. */
  constructor(command: string, facts: AllStreamFacts) {
    this.#command = command;
    this.stdout = new DirectStream(1, facts.stdout, (error) => {
      // `synthconv ... | head`: the reader has seen enough. The work goes on, its words are lost.
      if (codeOf(error) !== "EPIPE") this.#loss = error;
    });
    // What is to be said of a stderr that fails has no place left.
    this.stderr = new DirectStream(2, facts.stderr, () => undefined);
  }

  set facts({ stdout, stderr }: AllStreamFacts) {
    this.stdout.facts = stdout;
    this.stderr.facts = stderr;
  }

  /** The exit code of a command whose own is this one: a report that was lost is said, and a failure. */
  async exitCode(own: number): Promise<number> {
    if (this.#loss === undefined) return own;
    const { asFileError, visibleText } = await import("synthconv/internal/node");
    const reason = asFileError(this.#loss, "stdout", "a place for the report");
    const message = reason instanceof Error ? reason.message : String(reason);
    this.stderr.write(`${this.#command}: ${visibleText(message)}\n`);
    return own === EXIT.ok ? EXIT.failed : own;
  }
}

/** `synthconv inspect`, as far as the arguments say. */
export function commandName([command]: readonly string[]): string {
  return command === undefined || command.startsWith("-") ? "synthconv" : `synthconv ${command}`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
