/**
 * A plan becomes the destination's. What earlier plans have done of it is taken over, photo by photo, by the keys of
 * their states: plans are alike in nothing else when photos have come or gone.
 */
import { CommandError } from "synthconv-cli/internal";
import { type Store, StoreError } from "../store/store.js";
import type { MadePlan } from "./make-plan.js";
import {
  DOCUMENTS,
  documentKey,
  MANIFEST_KEY,
  type Plan,
  plannedState,
  readPlan,
  readShard,
  shardsWith,
} from "./plan-folder.js";
import { type Entry, parseEntries, readResults, writeBegun, writeResults } from "./record.js";

export interface SettledPlan {
  readonly plan: Plan;
  /** Photos that are done already. */
  readonly done: number;
  /** Shards with something to do. */
  readonly open: readonly number[];
}

// Documents that are read at once.
const AT_ONCE = 16;

/**
 * Takes over what is done, and writes the manifest. The same plan again is the same plan: shards that are open stay
 * open, and photos that failed are tried again.
 *
 * @throws {CommandError} when another plan of this destination is not finished, unless `replace` is set.
 */
export async function settlePlan(made: MadePlan, replace: boolean): Promise<SettledPlan> {
  const { plan, manifestBytes } = made;
  const { destination } = plan;
  const current = await readCurrent(destination, replace);
  if (current !== undefined && current.name !== plan.name && !replace) await refuseUnfinished(current);
  const done = await takeOver(plan, current);
  await destination.remove([documentKey(plan.name, "cancelled")]);
  if (current === undefined && !replace) {
    if (!(await destination.writeNew(MANIFEST_KEY, manifestBytes))) return settlePlan(made, replace);
  } else if (current?.name !== plan.name) await destination.write(MANIFEST_KEY, manifestBytes);
  return { plan, ...done };
}

/** A manifest that cannot be read stands for an unfinished plan, which `replace` replaces. */
async function readCurrent(destination: Store, replace: boolean): Promise<Plan | undefined> {
  try {
    return await readPlan(destination);
  } catch (error) {
    if (replace && !(error instanceof StoreError)) return undefined;
    throw error;
  }
}

async function refuseUnfinished(current: Plan): Promise<void> {
  const { name, manifest, destination } = current;
  if ((await destination.facts(documentKey(name, "cancelled"))) !== undefined) return;
  const finished = (await shardsWith(current, "results")).size;
  if (finished === manifest.shards.length) return;
  throw new CommandError(
    "UNFINISHED",
    `${destination.url}: expected a destination without an unfinished plan, received plan ${name}, of which ` +
      `${finished} of ${manifest.shards.length} shards are finished. Finish it (work, run), cancel it, or replace it ` +
      "with --replace: what is done of it is not done again where the new plan has it too.",
  );
}

async function takeOver(plan: Plan, current: Plan | undefined): Promise<Omit<SettledPlan, "plan">> {
  const { entries: earlier, names } = await recordsOfPlans(plan.destination);
  const isSame = current?.name === plan.name;
  const present = earlier.size === 0 ? undefined : await outputsOf(plan.destination);
  const open: number[] = [];
  let done = 0;
  await eachAtOnce(plan.manifest.shards.length, async (shard) => {
    if (present === undefined) {
      open.push(shard);
      await forget(plan, shard, names);
      return;
    }
    const photos = await readShard(plan, shard);
    const entries: Entry[] = [];
    for (const photo of photos) {
      const entry = earlier.get(plannedState(plan, photo));
      const isThere = entry?.output === photo.output && present.get(photo.output) === entry.bytes;
      if (isThere) entries.push(entry);
    }
    done += entries.length;
    if (entries.length === photos.length) {
      if (!isSame || (await readResults(plan, shard)) === undefined) await writeResults(plan, shard, entries);
      return;
    }
    open.push(shard);
    await forget(plan, shard, names);
    if (entries.length > 0) await writeBegun(plan, shard, entries, true);
  });
  return { done, open: open.sort((a, b) => a - b) };
}

/** Failures of this very plan are to be tried again. */
async function forget(plan: Plan, shard: number, names: ReadonlySet<string>): Promise<void> {
  const documents = (["results", "failures"] as const).map((kind) => documentKey(plan.name, kind, shard));
  if (documents.some((key) => names.has(key))) await plan.destination.remove(documents);
}

type WrittenEntries = Map<string, Extract<Entry, { status: "written" }>>;

/** What plans of this destination have written, by the keys of its states, and the names of all documents. */
async function recordsOfPlans(
  destination: Store,
): Promise<{ entries: WrittenEntries; names: ReadonlySet<string> }> {
  const entries: WrittenEntries = new Map();
  const names = new Set<string>();
  for await (const page of destination.list(`${DOCUMENTS}/`)) {
    for (const { key } of page) names.add(key);
    const records = page.filter(({ key }) => key.includes("/results/") || key.includes("/begun/"));
    await eachAtOnce(records.length, async (index) => {
      const document = await destination.read(records[index]?.key ?? "");
      for (const entry of parseEntries(document?.bytes ?? Buffer.alloc(0)))
        if (entry.status === "written") entries.set(entry.state, entry);
    });
  }
  return { entries, names };
}

/** The sizes of what is in a destination: an output that somebody deleted or cut short is made again. */
async function outputsOf(destination: Store): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for await (const page of destination.list(""))
    for (const { key, size } of page) if (!key.startsWith(`${DOCUMENTS}/`)) sizes.set(key, size);
  return sizes;
}

async function eachAtOnce(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, worker));
}
