/** The carrier of one process: a list in its memory. What is done is in the destination, so nothing is lost with it. */
import type { Carrier, CarrierCounts, ShardHandler, ShardJob, WorkOptions } from "./carrier.js";

export class LocalCarrier implements Carrier {
  readonly name = "local";
  #waiting: ShardJob[] = [];
  #active = 0;

  async check(): Promise<void> {}

  async offer(jobs: Iterable<ShardJob>): Promise<void> {
    const known = new Set(this.#waiting.map(keyOf));
    for (const job of jobs) if (!known.has(keyOf(job))) this.#waiting.push(job);
  }

  /** A fault of a place stops it: there is nobody who would try again later. */
  async work(handle: ShardHandler, { concurrency, signal }: WorkOptions): Promise<void> {
    const faults: unknown[] = [];
    const worker = async () => {
      while (!signal.aborted && faults.length === 0) {
        const job = this.#waiting.shift();
        if (job === undefined) return;
        this.#active++;
        try {
          if ((await handle(job)) === "given back") this.#waiting.unshift(job);
        } catch (error) {
          faults.push(error);
        } finally {
          this.#active--;
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    if (faults.length > 0) throw faults[0];
  }

  async counts(): Promise<CarrierCounts> {
    return { waiting: this.#waiting.length, active: this.#active, failed: 0 };
  }

  async cancel(plan: string): Promise<number> {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((job) => job.plan !== plan);
    return before - this.#waiting.length;
  }

  async close(): Promise<void> {}
}

function keyOf({ plan, shard }: ShardJob): string {
  return `${plan}-${shard}`;
}
