/** A program of a few commands, run in the test's own process. */
import { type CommandEntry, runProgram } from "../../src/frame/program.js";

/** @returns what runs it with the words of a command line, and gives back what it wrote. */
export function programOf(commands: readonly CommandEntry[]) {
  return async (...args: string[]) => {
    let stdout = "";
    let stderr = "";
    const exitCode = await runProgram(
      { name: "synthconv", version: "1.2.3", description: "About photos.", commands },
      args,
      {
        stdin: { readAll: async () => Buffer.alloc(0) },
        stdout: { write: (text) => (stdout += text) },
        stderr: { write: (text) => (stderr += text) },
        signal: new AbortController().signal,
        debug: false,
      },
    );
    return { exitCode, stdout, stderr };
  };
}
