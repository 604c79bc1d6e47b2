/** The part of a stream that {@link endOnBrokenPipe} needs; tests give their own. */
export interface ErrorSource {
  on(event: "error", listener: (error: Error) => void): unknown;
}

/**
 * Ends the process quietly when whoever reads its output has gone (`synthconv inspect look | head -1`): with
 * the exit code that was set by then, 0 if none was. Without a listener, Node would end with a stack of calls.
 */
export function endOnBrokenPipe(
  streams: readonly ErrorSource[],
  exit: () => void = () => process.exit(),
): void {
  for (const stream of streams) {
    stream.on("error", (error) => {
      if ("code" in error && error.code === "EPIPE") exit();
      else throw error;
    });
  }
}
