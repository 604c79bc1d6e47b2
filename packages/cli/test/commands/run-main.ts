/** A command line in this process: of the sources, or of what was built. */
import type { main } from "../../src/main.js";

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Run = (...args: string[]) => Promise<Outcome>;

export function runnerOf(run: typeof main): Run {
  return async (...args) => {
    let stdout = "";
    let stderr = "";
    const exitCode = await run(args, {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      signal: new AbortController().signal,
      debug: false,
    });
    return { exitCode, stdout, stderr };
  };
}
