/** How far a plan is: what all its workers together have done, from the destination alone. */
import { documentKey, type Plan, shardsWith } from "./plan-folder.js";
import { type FailedEntry, parseEntries } from "./record.js";

export interface PlanProgress {
  readonly shards: { readonly finished: number; readonly begun: number; readonly total: number };
  readonly photos: { readonly done: number; readonly failed: number; readonly total: number };
  readonly isCancelled: boolean;
  /** Photos a second, over the last shards that were finished; undefined before the second. */
  readonly rate: number | undefined;
  /** Undefined where there is no rate. */
  readonly secondsLeft: number | undefined;
}

// The rate is that of the last so many shards: of the workers that there are now, not of an hour ago.
const RECENT_SHARDS = 200;

export async function progressOf(plan: Plan): Promise<PlanProgress> {
  const { shards } = plan.manifest;
  const [finished, begun, failures] = await Promise.all([
    shardsWith(plan, "results"),
    shardsWith(plan, "begun"),
    failuresOf(plan),
  ]);
  let done = 0;
  for (const shard of finished.keys()) done += shards[shard]?.photos ?? 0;
  const rate = rateOf(plan, finished);
  const { photos: total } = plan.manifest;
  return {
    shards: {
      finished: finished.size,
      begun: [...begun.keys()].filter((shard) => !finished.has(shard)).length,
      total: shards.length,
    },
    photos: { done, failed: failures.length, total },
    isCancelled: (await plan.destination.facts(documentKey(plan.name, "cancelled"))) !== undefined,
    rate,
    secondsLeft: rate === undefined ? undefined : (total - done) / rate,
  };
}

/** By the clock of the store alone, which stamped all records: clocks of workers may differ. */
function rateOf({ manifest }: Plan, finished: ReadonlyMap<number, number>): number | undefined {
  const recent = [...finished].sort(([, a], [, b]) => a - b).slice(-RECENT_SHARDS);
  const [first] = recent;
  const last = recent.at(-1);
  if (first === undefined || last === undefined || last[1] <= first[1]) return undefined;
  // The first of them ended when the time begins.
  const photos = recent.slice(1).reduce((sum, [shard]) => sum + (manifest.shards[shard]?.photos ?? 0), 0);
  return photos / ((last[1] - first[1]) / 1000);
}

/** Of the shards that are finished, in the order of the plan. */
export async function failuresOf(plan: Plan): Promise<FailedEntry[]> {
  const failures: FailedEntry[] = [];
  for await (const page of plan.destination.list(documentKey(plan.name, "failures"))) {
    const documents = await Promise.all(page.map(({ key }) => plan.destination.read(key)));
    for (const document of documents)
      for (const entry of parseEntries(document?.bytes ?? Buffer.alloc(0)))
        if (entry.status === "failed") failures.push(entry);
  }
  return failures;
}
