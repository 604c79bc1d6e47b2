/** A connection to a Redis that is fit to hold a queue: reached, of a version that is known, and not forgetful. */
import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import { displayPath } from "synthconv/internal/node";
import { CommandError, UsageError } from "synthconv-cli/internal";

// Of BullMQ's recommendation: older ones lack commands that its scripts are tested with.
const OLDEST = [6, 2] as const;
const PATIENCE_MS = 10_000;
// While Redis is away, for minutes or hours: not so often that its return is a stampede.
const MAX_RETRY_MS = 5000;

export interface RedisAddress {
  /** As messages name it: without user and password. */
  readonly shown: string;
  readonly url: string;
  readonly password: string | undefined;
}

/**
 * @param environment SYNTHCONV_REDIS_PASSWORD, or SYNTHCONV_REDIS_PASSWORD_FILE with the name of a file that holds it.
 * @throws {UsageError} for a text that is no address, or has a password in it: arguments are seen by everybody; and for
 *   a file of the password that cannot be read.
 */
export function redisAddress(text: string, environment: NodeJS.ProcessEnv = process.env): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["redis:", "rediss:"].includes(url.protocol)) {
    // Not the text itself: a password may be in it.
    throw new UsageError(
      "--redis: expected an address such as redis://localhost:6379, received another text",
    );
  }
  if (url.password !== "") {
    throw new UsageError(
      "--redis: expected an address without a password, which every process of this machine could read: set " +
        "SYNTHCONV_REDIS_PASSWORD, or SYNTHCONV_REDIS_PASSWORD_FILE to the name of a file that holds it",
    );
  }
  return { shown: `${url.protocol}//${url.host}`, url: text, password: passwordOf(environment) };
}

function passwordOf(environment: NodeJS.ProcessEnv): string | undefined {
  const { SYNTHCONV_REDIS_PASSWORD: own, SYNTHCONV_REDIS_PASSWORD_FILE: file } = environment;
  if (own !== undefined || file === undefined) return own;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(
      `SYNTHCONV_REDIS_PASSWORD_FILE: expected the name of a file that holds the password, received ${displayPath(file)}, ` +
        `which cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

/** Not connected yet. Once it was, it comes back by itself, however long Redis is away. */
export function newConnection({ url, password }: RedisAddress): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: PATIENCE_MS,
    retryStrategy: (times) => Math.min(times * 100, MAX_RETRY_MS),
    ...(password !== undefined && { password }),
  });
  // Told by what waits for an answer; without a listener it would be written to stderr.
  redis.on("error", () => undefined);
  return redis;
}

/** @throws {CommandError} when it is not reached within ten seconds, or is not fit to hold a queue. */
export async function checkRedis(address: RedisAddress, redis: Redis): Promise<void> {
  const facts = await infoOf(address, redis);
  const refuse = (expected: string, received: string, repair: string): never => {
    throw new CommandError(
      "REDIS",
      `${address.shown}: expected ${expected}, received ${received}. ${repair}`,
    );
  };
  const version = facts.get("redis_version") ?? "none";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    refuse(`Redis ${OLDEST.join(".")} or newer`, `version ${version}`, "Install a newer one.");
  const policy = facts.get("maxmemory_policy") ?? "noeviction";
  if (policy !== "noeviction") {
    const repair =
      "Others throw jobs away when memory is short: redis-cli CONFIG SET maxmemory-policy noeviction";
    refuse("maxmemory-policy noeviction", policy, repair);
  }
  if (facts.get("aof_enabled") !== "1" && (await savesNothing(redis))) {
    const repair = "A restart would lose the queue: redis-cli CONFIG SET appendonly yes";
    refuse("a Redis that keeps its data", "neither an append-only file nor snapshots", repair);
  }
}

async function infoOf({ shown }: RedisAddress, redis: Redis): Promise<Map<string, string>> {
  let timer: NodeJS.Timeout | undefined;
  let reason = `nothing for ${PATIENCE_MS / 1000} s`;
  const note = (error: Error): void => {
    reason = error.message;
  };
  redis.on("error", note);
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(reason)), PATIENCE_MS);
  });
  try {
    const info = await Promise.race([redis.info(), late]);
    return new Map(
      info.split("\n").map((line) => {
        const at = line.indexOf(":");
        return [line.slice(0, Math.max(at, 0)), line.slice(at + 1).trim()] as const;
      }),
    );
  } catch (error) {
    const received = error instanceof Error && error.message !== "" ? error.message : reason;
    const repair = "Start it, or check the address, its password and the network.";
    throw new CommandError(
      "REDIS",
      `${shown}: expected a Redis that answers, received ${received}. ${repair}`,
    );
  } finally {
    clearTimeout(timer);
    redis.off("error", note);
  }
}

/** Where CONFIG is forbidden, as in clouds, nobody can tell: their snapshots are their business. */
async function savesNothing(redis: Redis): Promise<boolean> {
  const answer = await redis.config("GET", "save").catch(() => undefined);
  return Array.isArray(answer) && answer[1] === "";
}
