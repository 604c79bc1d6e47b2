/** The work on one shard, on whatever engine: at least once, harmless if twice, and done to the end but for a fault. */
import { CommandError } from "synthconv-cli/internal";
import type { MakerPool } from "../photo/makers.js";
import type { MakerPlan, Outcome, PhotoMaker } from "../photo/messages.js";
import type { PlannedPhoto } from "../plan/photo-list.js";
import { documentKey, type Plan, plannedState, readShard } from "../plan/plan-folder.js";
import {
  type Entry,
  failedEntry,
  isDone,
  readBegun,
  readResults,
  removeBegun,
  writeBegun,
  writeResults,
} from "../plan/record.js";
import { StoreError } from "../store/store.js";

export interface ShardWork {
  readonly makerPlan: MakerPlan;
  readonly makers: MakerPool;
  /** A maker in a process of its own, for photos under suspicion. */
  readonly alone: () => PhotoMaker;
  /** Once aborted, the photo at hand is finished and the shard given back. */
  readonly signal: AbortSignal;
  readonly onEntry: (entry: Entry, seconds: number) => void;
}

export type ShardEnd = "finished" | "given back" | "cancelled";

// What a worker that is killed loses at most, and how late a cancelled plan is noticed.
const CHECKPOINT_MS = 5000;

/**
 * Makes the photos of a shard that are not made yet, and writes its record.
 *
 * @throws {StoreError} when a place refuses or fails: what is done is kept, and the shard is to be tried again.
 * @throws {CommandError} when the shard's list is gone or another one.
 */
export async function workShard(plan: Plan, shard: number, work: ShardWork): Promise<ShardEnd> {
  if ((await readResults(plan, shard)) !== undefined) {
    // Of a worker that was killed after another one had finished the shard: else a later plan would suspect its photos.
    await removeBegun(plan, shard);
    return "finished";
  }
  const photos = await readShard(plan, shard);
  const begun = await readBegun(plan, shard);
  const entries = new Map(begun?.entries);
  const remaining = photos.filter((photo) => !isDone(plan, photo, entries.get(photo.output)));
  // Somebody began and never came back: one of these photos may have ended that process.
  const isSuspect = begun !== undefined && !begun.isGivenBack && remaining.length > 0;
  await writeBegun(plan, shard, entries.values());
  const one = isSuspect ? work.alone() : undefined;
  let kept = performance.now();
  try {
    for (const photo of remaining) {
      const isLate = performance.now() - kept > CHECKPOINT_MS;
      if (isLate && (await isCancelled(plan))) return await giveBack(plan, shard, entries, "cancelled");
      if (work.signal.aborted) return await giveBack(plan, shard, entries, "given back");
      const start = performance.now();
      const entry = entryOf(plan, photo, await makeOnceMore(photo, work, one));
      entries.set(photo.output, entry);
      work.onEntry(entry, (performance.now() - start) / 1000);
      if (isLate) {
        await writeBegun(plan, shard, entries.values());
        kept = performance.now();
      }
    }
  } catch (error) {
    // The place may be what fails: then the record from before stands.
    await writeBegun(plan, shard, entries.values(), true).catch(() => undefined);
    throw error;
  } finally {
    await one?.close();
  }
  await writeResults(plan, shard, entriesInOrder(photos, entries));
  return "finished";
}

export async function isCancelled({ name, destination }: Plan): Promise<boolean> {
  return (await destination.facts(documentKey(name, "cancelled"))) !== undefined;
}

async function giveBack<End extends ShardEnd>(
  plan: Plan,
  shard: number,
  entries: ReadonlyMap<string, Entry>,
  end: End,
): Promise<End> {
  await writeBegun(plan, shard, entries.values(), true);
  return end;
}

/** A photo whose maker is lost is tried once more, alone in a process of its own; the second verdict stands. */
async function makeOnceMore(
  photo: PlannedPhoto,
  { makerPlan, makers, alone }: ShardWork,
  one: PhotoMaker | undefined,
): Promise<Outcome> {
  const first = await (one?.make(makerPlan, photo) ?? makers.use((maker) => maker.make(makerPlan, photo)));
  if (first.kind !== "lost") return first;
  const second = alone();
  try {
    return await second.make(makerPlan, photo);
  } finally {
    await second.close();
  }
}

/** @throws {StoreError} for an outcome that no photo is to blame for. */
function entryOf(plan: Plan, photo: PlannedPhoto, outcome: Outcome): Entry {
  if (outcome.kind === "entry") return outcome.entry;
  if (outcome.kind === "store") throw new StoreError(outcome.message);
  const input = `${plan.manifest.sources[photo.source]}/${photo.key}`;
  const message =
    `${input}: expected a photo that can be made, received one at which, tried twice and the second time alone, ` +
    `${outcome.reason}`;
  return failedEntry(photo, { input, state: plannedState(plan, photo) }, outcome.code, message);
}

function entriesInOrder(photos: readonly PlannedPhoto[], entries: ReadonlyMap<string, Entry>): Entry[] {
  return photos.map(({ output }) => {
    const entry = entries.get(output);
    if (entry === undefined) throw new CommandError("SHARD", `${output}: expected an entry in the record`);
    return entry;
  });
}
