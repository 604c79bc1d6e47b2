/** Bytes that a child process writes, in memory of ours. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

// The socket holds 208 kB where Linux has its defaults: what has come is read at once.
const READ_BYTES = 2 ** 18;

export interface ByteSource {
  /** For the child's stdout. */
  readonly stdio: Socket | "pipe";
  /** To be called when the child has been started, with its stdout where `stdio` makes one. */
  started(stdout: Readable | null): void;
  /** After `take` has asked for a pause. */
  resume(): void;
  destroy(): void;
}

export interface Listener {
  /**
   * @param bytes overwritten by the next ones when this returns, but not during a pause.
   * @returns false for a pause.
   */
  readonly take: (bytes: Buffer) => boolean;
  /** There is no more. */
  readonly onEnd: () => void;
}

/**
 * A socket whose bytes come in one buffer, again and again. Pipes of Node's bring 64 kB at most in memory that is new each
 * time: of films' frames that is a collection of all garbage every twentieth frame of HD. Such a pipe is taken where there
 * are no sockets in folders.
 */
export async function openByteSource(listener: Listener): Promise<ByteSource> {
  const pair = process.platform === "win32" ? undefined : await socketPair(listener).catch(() => undefined);
  return pair ?? pipe(listener);
}

async function socketPair({ take, onEnd }: Listener): Promise<ByteSource> {
  // Of a folder that others cannot enter.
  const folder = await mkdtemp(join(tmpdir(), "synthconv-frames-"));
  const server = createServer();
  try {
    const path = join(folder, "socket");
    server.listen(path);
    await once(server, "listening");
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const ours = connect({
      path,
      onread: { buffer, callback: (count) => take(buffer.subarray(0, count)) },
    });
    const [[theirs]] = (await Promise.all([once(server, "connection"), once(ours, "connect")])) as [
      [Socket],
      unknown,
    ];
    for (const event of ["error", "close"]) ours.on(event, onEnd);
    return {
      stdio: theirs,
      // The child has its own of it; with ours open there would be no end.
      started: () => theirs.destroy(),
      resume: () => ours.resume(),
      destroy: () => {
        theirs.destroy();
        ours.destroy();
      },
    };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function pipe({ take, onEnd }: Listener): ByteSource {
  let stdout: Readable | null = null;
  return {
    stdio: "pipe",
    started: (stream) => {
      stdout = stream;
      stream?.on("data", (bytes: Buffer) => {
        if (!take(bytes)) stream.pause();
      });
      for (const event of ["error", "close"]) stream?.on(event, onEnd);
    },
    resume: () => stdout?.resume(),
    destroy: () => stdout?.destroy(),
  };
}
