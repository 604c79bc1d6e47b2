/** A real Redis for tests, on a free port of this machine alone. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { Redis } from "ioredis";
import { onTestFinished, type TestContext } from "vitest";
import { temporaryFolder } from "../../../test-support/folders.js";
import { need } from "../../../test-support/needs.js";

export class RedisServer {
  readonly url: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor(port: number, folder: string, more: readonly string[]) {
    this.url = `redis://127.0.0.1:${port}`;
    this.#args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", ...more];
  }

  async start(): Promise<void> {
    this.#child = spawn("redis-server", this.#args, { stdio: "ignore" });
    const redis = new Redis(this.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    redis.on("error", () => undefined);
    await redis.ping();
    redis.disconnect();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
}

/** With an append-only file unless `more` says otherwise; skipped (a failure in CI) where there is no Redis. */
export async function startRedis(
  context: TestContext,
  more: readonly string[] = ["--appendonly", "yes"],
): Promise<RedisServer> {
  const isThere = spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
  need(context, isThere, "redis-server is not installed");
  const server = new RedisServer(await freePort(), temporaryFolder(), more);
  onTestFinished(() => server.stop());
  await server.start();
  return server;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
