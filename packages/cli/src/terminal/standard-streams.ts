/** stdout and stderr of the process, either of which may fail: on a full disk, or when its reader has gone. */
import { asFileError, visibleText } from "synthconv/internal/node";
import { EXIT } from "../frame/exit-codes.js";
import type { AllStreamFacts, StreamName } from "./messages.js";

export class StandardStreams {
  #isLost = false;

  /** @param command whose words these are: `synthconv inspect`. */
  constructor(command: string) {
    process.stdout.on("error", (error: Error) => this.#lose(command, error));
    // What is to be said of a stderr that fails has no place left.
    process.stderr.on("error", () => undefined);
  }

  write(stream: StreamName, text: string): void {
    process[stream].write(text);
  }

  get facts(): AllStreamFacts {
    const factsOf = ({ isTTY, columns }: NodeJS.WriteStream) => ({ isTTY: isTTY === true, columns });
    return { stdout: factsOf(process.stdout), stderr: factsOf(process.stderr) };
  }

  onResize(listener: (facts: AllStreamFacts) => void): void {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("resize", () => listener(this.facts));
    }
  }

  /** The exit code of a command whose own is this one: a report that was lost is a failure. */
  exitCode(own: number): number {
    return this.#isLost && own === EXIT.ok ? EXIT.failed : own;
  }

  #lose(command: string, error: Error): void {
    // `synthconv ... | head`: the reader has seen enough. The work goes on, its words are lost.
    if ("code" in error && error.code === "EPIPE") return;
    if (this.#isLost) return;
    this.#isLost = true;
    const reason = asFileError(error, "stdout", "a place for the report");
    this.write(
      "stderr",
      `${command}: ${visibleText(reason instanceof Error ? reason.message : String(reason))}\n`,
    );
    process.exitCode = this.exitCode(Number(process.exitCode ?? EXIT.ok));
  }
}
