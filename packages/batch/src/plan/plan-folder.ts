/** The documents of plans in a destination: where they lie and how they are read. */
import { CommandError } from "synthconv-cli/internal";
import type { Store } from "../store/store.js";
import { type Manifest, parseManifest, planName, sha256 } from "./manifest.js";
import { type PlannedPhoto, parsePhotos, stateKey } from "./photo-list.js";

export const DOCUMENTS = ".synthconv-batch";
export const MANIFEST_KEY: string = `${DOCUMENTS}/manifest.json`;

/** Documents of one plan: `.synthconv-batch/0123456789abcdef/results/000012.jsonl`. */
export function documentKey(plan: string, kind: DocumentKind, shard?: number): string {
  const name = shard === undefined ? "" : `${String(shard).padStart(6, "0")}.jsonl`;
  return `${DOCUMENTS}/${plan}/${kind}${kind === "look.safetensors" || kind === "cancelled" ? "" : `/${name}`}`;
}

export type DocumentKind =
  | "look.safetensors"
  /** Is there when the plan was cancelled. */
  | "cancelled"
  /** Lists of photos. */
  | "shards"
  /** What became of the photos of a shard that is finished. */
  | "results"
  /** The failures among them; only for shards that have some. */
  | "failures"
  /** A shard that was begun, with what is done of it. */
  | "begun";

/** The shard that a document's key names; NaN where it names none. */
export function shardOfKey(key: string): number {
  const name = key.slice(key.lastIndexOf("/") + 1);
  return name.endsWith(".jsonl") ? Number(name.slice(0, -".jsonl".length)) : Number.NaN;
}

/** A plan that is in a destination. */
export interface Plan {
  readonly name: string;
  readonly manifest: Manifest;
  readonly destination: Store;
}

/** Undefined where nothing was planned. @throws {CommandError} for a manifest of a newer version, or a broken one. */
export async function readPlan(destination: Store): Promise<Plan | undefined> {
  const document = await destination.read(MANIFEST_KEY);
  if (document === undefined) return undefined;
  const manifest = parseManifest(document.bytes, `${destination.url}/${MANIFEST_KEY}`);
  return { name: planName(document.bytes), manifest, destination };
}

/** @throws {CommandError} where nothing was planned. */
export async function needPlan(destination: Store): Promise<Plan> {
  const plan = await readPlan(destination);
  if (plan !== undefined) return plan;
  throw new CommandError(
    "NO_PLAN",
    `${destination.url}: expected a planned destination, received one without ${MANIFEST_KEY}. ` +
      "Plan first: synthconv-batch plan LOOK SOURCE --to DEST",
  );
}

/** @throws {CommandError} when the look is gone or is not the one that was planned. */
export async function readPlannedLook({ name, manifest, destination }: Plan): Promise<Buffer> {
  const key = documentKey(name, "look.safetensors");
  const look = await destination.read(key);
  const received = look === undefined ? "nothing of that name" : sha256(look.bytes);
  if (look !== undefined && received === manifest.look.sha256) return look.bytes;
  throw new CommandError(
    "LOOK",
    `${destination.url}/${key}: expected the look of the plan, ${manifest.look.sha256}, received ${received}. ` +
      "Plan again with the look's file: what is done is not done again.",
  );
}

/** @throws {CommandError} when the list is gone or is not the one that was planned. */
export async function readShard(
  { name, manifest, destination }: Plan,
  shard: number,
): Promise<PlannedPhoto[]> {
  const key = documentKey(name, "shards", shard);
  const list = await destination.read(key);
  const expected = manifest.shards[shard]?.sha256 ?? "a shard of the plan";
  const received = list === undefined ? "nothing of that name" : sha256(list.bytes);
  if (list !== undefined && received === expected) return parsePhotos(list.bytes);
  throw new CommandError(
    "SHARD",
    `${destination.url}/${key}: expected the list of the plan, ${expected}, received ${received}. ` +
      "Plan again: what is done is not done again.",
  );
}

/** The state that a photo's output has once it is made. */
export function plannedState({ manifest: { recipe, sources } }: Plan, photo: PlannedPhoto): string {
  return stateKey(recipe, sources[photo.source] ?? "", photo);
}

/** The shards of a plan that have a document of a kind, with when it was written. */
export async function shardsWith(plan: Plan, kind: DocumentKind): Promise<Map<number, number>> {
  const shards = new Map<number, number>();
  for await (const page of plan.destination.list(documentKey(plan.name, kind)))
    for (const { key, modified } of page) {
      const shard = shardOfKey(key);
      if (!Number.isNaN(shard)) shards.set(shard, modified);
    }
  return shards;
}
