/** The process of `synthconv-batch`: signals ask the work to end, and it ends with the photos at hand. */
import { InterruptedError } from "synthconv-cli/internal";
import { main } from "./main.js";

/** Runs a command line; the process ends with its exit code. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  const stop = (): void => {
    // The second time whoever asks does not want to wait: outputs appear by rename, so none is partial.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new InterruptedError());
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.exitCode = await main(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
  });
  process.off("SIGINT", stop);
  process.off("SIGTERM", stop);
  if (!interrupt.signal.aborted) return;
  // Not waiting for what nobody waits for: the timers of a queue whose Redis is away would keep the process.
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
