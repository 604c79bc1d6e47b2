/** What brings shards to workers: one object per engine, listed in carriers.ts. Delivery is at least once. */

/** A shard on its way. Nothing secret is in it. */
export interface ShardJob {
  readonly plan: string;
  /** The destination's address, where the plan's documents are. */
  readonly destination: string;
  readonly shard: number;
}

export interface CarrierCounts {
  readonly waiting: number;
  readonly active: number;
  /** Given up after many tries, because a place failed. */
  readonly failed: number;
}

export interface WorkOptions {
  /** Shards at once. */
  readonly concurrency: number;
  /** Once aborted nothing new is begun; what is begun ends by itself. */
  readonly signal: AbortSignal;
  /** Ends when nothing is left; else it waits for more. */
  readonly drain: boolean;
  /** One line about something that did not stop the work. */
  readonly warn: (text: string) => void;
}

/**
 * Works on a shard. `given back` and a throw bring it back to the others: the first at once, the second after a pause.
 */
export type ShardHandler = (job: ShardJob) => Promise<"finished" | "given back">;

export interface Carrier {
  readonly name: string;
  /** Before anything: the engine's version, and whether it keeps what it is given. @throws {CommandError} if not. */
  check(): Promise<void>;
  /** Those that are on their way already are not doubled; those that were given up are tried again. */
  offer(jobs: Iterable<ShardJob>): Promise<void>;
  /** @throws whatever stops it for good. */
  work(handle: ShardHandler, options: WorkOptions): Promise<void>;
  counts(): Promise<CarrierCounts>;
  /** Takes back what waits. */
  cancel(plan: string): Promise<number>;
  close(): Promise<void>;
}
