/** stdin, read to its end: what `-` names as an input. */
import { read } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isatty } from "node:tty";
import { promisify } from "node:util";
import { asFileError, FileError } from "synthconv/internal/node";
import { UsageError } from "./failure.js";
import { orAborted } from "./or-aborted.js";

/** As an operand stdin, as an output stdout. A file of that name is `./-`. */
export const STREAM = "-";

export interface StandardInput {
  /** All of it: a second call has nothing left to read. */
  readAll(signal: AbortSignal): Promise<Buffer>;
}

const DESCRIPTOR = 0;
const CHUNK_BYTES = 2 ** 20;
// As of files: what the image library and a Buffer take.
const MAX_BYTES = 2 ** 31 - 1;
// A writer that is slow, on a pipe that another program told not to wait.
const RETRY_MS = 10;

const readSome = promisify(read);

export const standardInput: StandardInput = {
  async readAll(signal) {
    if (isatty(DESCRIPTOR)) {
      throw new UsageError(
        "-: expected a file or a pipe as stdin, received a terminal: write `< photo.jpg` or `... |`",
      );
    }
    try {
      // A read that waits cannot be stopped; the process ends soon after the signal anyway.
      return await orAborted(readToEnd(signal), signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw asFileError(error, "stdin", "bytes that can be read");
    }
  },
};

async function readToEnd(signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let total = 0; ; ) {
    signal.throwIfAborted();
    const bytesRead = await readSomeBytes();
    if (bytesRead.length === 0) return Buffer.concat(parts);
    parts.push(bytesRead);
    total += bytesRead.length;
    if (total > MAX_BYTES) {
      const expected = `at most ${MAX_BYTES} bytes`;
      throw new FileError({ path: "stdin", expected, received: "more", repair: "Name the file instead." });
    }
  }
}

/** @returns none at the end. */
async function readSomeBytes(): Promise<Buffer> {
  for (;;) {
    try {
      const { bytesRead, buffer } = await readSome(
        DESCRIPTOR,
        Buffer.allocUnsafeSlow(CHUNK_BYTES),
        0,
        CHUNK_BYTES,
        null,
      );
      // A pipe gives 64 KB at a time: the rest of the chunk is not kept.
      return bytesRead < CHUNK_BYTES / 2
        ? Buffer.from(buffer.subarray(0, bytesRead))
        : buffer.subarray(0, bytesRead);
    } catch (error) {
      // Windows says of a pipe that was closed what others call its end.
      if (codeOf(error) === "EOF") return Buffer.alloc(0);
      if (codeOf(error) !== "EAGAIN") throw error;
      await delay(RETRY_MS);
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
