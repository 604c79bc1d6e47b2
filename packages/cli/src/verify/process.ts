/** Programs that take colours on stdin and give them on stdout. */
import { spawn } from "node:child_process";
import { CommandError } from "../frame/failure.js";
import { MissingConsumer } from "./consumer.js";

export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: Uint8Array;
  readonly signal: AbortSignal;
  /** How to get the program where it is not installed. */
  readonly advice: string;
  /** What its last words tell to be missing, if it fails. */
  readonly missing?: (complaint: string) => MissingConsumer | undefined;
}

/** @throws {MissingConsumer} where it is not installed; {CommandError} with its words where it fails. */
export function outputOf({ program, args, input, signal, advice, missing }: ProgramRun): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { signal, stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    let complaint = "";
    child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => {
      complaint += bytes;
    });
    // It may end before it has read everything: its own words tell more than a broken pipe.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.on("error", (error) => {
      const isAbsent = "code" in error && error.code === "ENOENT";
      reject(isAbsent ? new MissingConsumer(`${program} is not installed`, advice) : error);
    });
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else
        reject(
          missing?.(complaint) ?? new CommandError("VERIFY", `${program} ended with ${code}: ${complaint}`),
        );
    });
  });
}
