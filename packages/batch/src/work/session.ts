/** One process that works: its makers of photos, and the plans that its shards belong to. */
import { formatCount } from "synthconv-cli/internal";
import type { ShardJob } from "../carrier/carrier.js";
import { MakerPool, processMaker, threadMaker } from "../photo/makers.js";
import type { MakerPlan } from "../photo/messages.js";
import { type Plan, readPlan, readPlannedLook } from "../plan/plan-folder.js";
import type { Entry } from "../plan/record.js";
import { openStore } from "../store/stores.js";
import { isCancelled, workShard } from "./work-shard.js";

export interface SessionOptions {
  /** Photos at once. */
  readonly concurrency: number;
  /** The longest that one photo may take. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
  readonly onEntry: (entry: Entry, seconds: number) => void;
  readonly onShard?: (job: ShardJob) => void;
}

interface OpenPlan {
  readonly plan: Plan;
  readonly makerPlan: MakerPlan;
}

// Plans that follow one another in one queue; each has its look and its stores.
const PLANS_KEPT = 8;

export class Session {
  readonly #options: SessionOptions;
  readonly #makers: MakerPool;
  readonly #plans = new Map<string, OpenPlan>();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { concurrency, timeoutMs } = options;
    this.#makers = new MakerPool(Array.from({ length: concurrency }, () => threadMaker(timeoutMs)));
  }

  /** The handler of a carrier. */
  readonly handle = async (job: ShardJob): Promise<"finished" | "given back"> => {
    const { timeoutMs, signal, onEntry, onShard, warn } = this.#options;
    const open = await this.#open(job);
    if (open === undefined) {
      warn(
        `plan ${job.plan} is no longer that of ${job.destination}: its shard ${formatCount(job.shard)} is left out`,
      );
      return "finished";
    }
    if (await isCancelled(open.plan)) return "finished";
    const alone = () => processMaker(timeoutMs);
    const { makerPlan } = open;
    const end = await workShard(open.plan, job.shard, {
      makerPlan,
      makers: this.#makers,
      alone,
      signal,
      onEntry,
    });
    if (end === "finished") onShard?.(job);
    return end === "given back" ? end : "finished";
  };

  async close(): Promise<void> {
    await this.#makers.close();
    for (const { plan } of this.#plans.values()) plan.destination.close();
  }

  async #open({ plan: name, destination: address }: ShardJob): Promise<OpenPlan | undefined> {
    const known = this.#plans.get(name);
    if (known !== undefined) return known;
    const destination = openStore(address);
    const plan = await readPlan(destination);
    if (plan?.name !== name) {
      destination.close();
      return undefined;
    }
    const open = { plan, makerPlan: await makerPlanOf(plan) };
    for (const oldest of [...this.#plans.keys()].slice(0, this.#plans.size + 1 - PLANS_KEPT)) {
      this.#plans.get(oldest)?.plan.destination.close();
      this.#plans.delete(oldest);
    }
    this.#plans.set(name, open);
    return open;
  }
}

async function makerPlanOf(plan: Plan): Promise<MakerPlan> {
  const { settings, recipe, sources } = plan.manifest;
  const look = await readPlannedLook(plan);
  return { name: plan.name, look, settings, recipe, sources, destination: plan.destination.url };
}
