/** Shards through BullMQ on Redis: as many workers on as many machines as there are. */
import { setTimeout as delay } from "node:timers/promises";
import { type Job, type JobsOptions, Queue, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Carrier, CarrierCounts, ShardHandler, ShardJob, WorkOptions } from "./carrier.js";
import { checkRedis, newConnection, type RedisAddress } from "./redis-connection.js";

export interface RedisOptions {
  readonly address: RedisAddress;
  /** The queue's name. */
  readonly queue: string;
  /** After how long without a word a worker's shard goes to another one. */
  readonly lostAfterMs: number;
}

// A place that fails (a full disk, no network) for ten minutes and more; then somebody has to look.
const JOB: JobsOptions = {
  attempts: 40,
  backoff: { type: "fixed", delay: 15_000, jitter: 0.5 },
  // A million photos are 10,000 jobs: done ones would fill Redis for nothing, as results are in the destination.
  removeOnComplete: true,
  removeOnFail: { count: 10_000 },
};
const EVENTS_KEPT = 1000;
// Jobs that are added in one piece.
const PIECE = 1000;
const DRAIN_POLL_MS = 500;
// For the words that give a shard back. Without them its lock runs out, and another worker gets it.
const FAREWELL_MS = 1000;

export class RedisCarrier implements Carrier {
  readonly name = "redis";
  readonly #options: RedisOptions;
  readonly #connection: Redis;
  #queue: Queue<ShardJob> | undefined;

  constructor(options: RedisOptions) {
    this.#options = options;
    this.#connection = newConnection(options.address);
  }

  async check(): Promise<void> {
    await checkRedis(this.#options.address, this.#connection);
  }

  async offer(jobs: Iterable<ShardJob>): Promise<void> {
    const queue = this.#open();
    await retryFailed(queue);
    let piece: ShardJob[] = [];
    const add = async (): Promise<void> => {
      // A job whose name is there already is not added again.
      await queue.addBulk(
        piece.map((data) => ({ name: "shard", data, opts: { ...JOB, jobId: jobName(data) } })),
      );
      piece = [];
    };
    for (const job of jobs) if (piece.push(job) === PIECE) await add();
    await add();
  }

  async work(handle: ShardHandler, options: WorkOptions): Promise<void> {
    const { lostAfterMs, queue: name } = this.#options;
    const { concurrency, signal, drain, warn } = options;
    if (signal.aborted) return;
    const atHand = new Set<Promise<unknown>>();
    const process = async ({ data }: Job<ShardJob>, give: () => Promise<never>): Promise<void> => {
      const handled = handle(data);
      atHand.add(handled);
      const end = await handled.finally(() => atHand.delete(handled));
      if (end === "given back") await give();
    };
    const worker = new Worker<ShardJob>(
      name,
      (job, token) =>
        process(job, async () => {
          await job.moveToWait(token);
          throw new WaitingError();
        }),
      {
        connection: this.#connection,
        concurrency,
        lockDuration: lostAfterMs,
        stalledInterval: lostAfterMs,
        // What ends a worker is found out by the shard's own care, photo by photo; killed workers are no fault of it.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        removeOnComplete: { count: 0 },
        runRetryDelay: 1000,
      },
    );
    worker.on("failed", (job, error) =>
      warn(`shard ${job?.data.shard}: ${error.message}: it is tried again`),
    );
    worker.on("error", () => undefined);
    // Takes nothing new, and waits for what is at hand.
    const stop = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true }),
    );
    const ended = drain ? this.#drained(signal) : new Promise<never>(() => undefined);
    await Promise.race([stop, ended]);
    await Promise.race([worker.close(), this.#leftAway(atHand)]);
  }

  /** Fulfilled when nothing is at hand any more and Redis, which was to be told, has not come back for a while. */
  async #leftAway(atHand: ReadonlySet<Promise<unknown>>): Promise<void> {
    do {
      await Promise.allSettled(atHand);
      await delay(FAREWELL_MS, undefined, { ref: false });
    } while (atHand.size > 0 || this.#connection.status === "ready");
  }

  async counts(): Promise<CarrierCounts> {
    const counts = await this.#open().getJobCounts("waiting", "active", "delayed", "failed");
    const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: waiting + delayed, active, failed };
  }

  async cancel(plan: string): Promise<number> {
    const queue = this.#open();
    let removed = 0;
    for (const job of await queue.getJobs(["waiting", "delayed", "failed"])) {
      if (job?.data.plan !== plan) continue;
      // One that a worker took meanwhile is locked; the worker finds the plan cancelled.
      await job.remove().then(
        () => removed++,
        () => undefined,
      );
    }
    return removed;
  }

  async close(): Promise<void> {
    // To a Redis that is away nothing can be said; what waits to be said to it would wait with the queue.
    if (this.#connection.status !== "ready") this.#connection.disconnect();
    await this.#queue?.close();
    this.#connection.disconnect();
  }

  #open(): Queue<ShardJob> {
    if (this.#queue !== undefined) return this.#queue;
    const streams = { events: { maxLen: EVENTS_KEPT } };
    this.#queue = new Queue<ShardJob>(this.#options.queue, { connection: this.#connection, streams });
    // Told by the commands that wait for an answer.
    this.#queue.on("error", () => undefined);
    return this.#queue;
  }

  async #drained(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { waiting, active } = await this.counts();
      if (waiting + active === 0) return;
      await delay(DRAIN_POLL_MS);
    }
  }
}

function jobName({ plan, shard }: ShardJob): string {
  return `${plan}-${shard}`;
}

async function retryFailed(queue: Queue<ShardJob>): Promise<void> {
  for (const job of await queue.getFailed()) await job.retry("failed").catch(() => undefined);
}
