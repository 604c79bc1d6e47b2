/** From sources to a plan: which photo goes where, in shards. All of it is settled before the first photo is read. */
import type { Look } from "synthconv/look";
import { CommandError, UsageError } from "synthconv-cli/internal";
import { type LeftOut, nothingLeftOut, type Store } from "../store/store.js";
import {
  MANIFEST_VERSION,
  type Manifest,
  type ManifestShard,
  planName,
  serializeManifest,
  sha256,
} from "./manifest.js";
import { serializePhotos } from "./photo-list.js";
import { PhotoTable } from "./photo-table.js";
import { documentKey, type Plan } from "./plan-folder.js";
import { encoderVersions, networkOf, recipeFor } from "./recipe.js";
import { type BatchSettings, formatNamed } from "./settings.js";
import type { Source } from "./sources.js";

export interface PlanRequest {
  readonly look: Look;
  /** The file of the look, as it is kept with the plan. */
  readonly lookBytes: Uint8Array;
  readonly settings: BatchSettings;
  readonly sources: readonly Source[];
  readonly destination: Store;
  /** Photos of a shard; by default up to 100, and fewer where that would leave less than 64 shards. */
  readonly shardSize?: number | undefined;
  readonly onListed?: (photos: number) => void;
}

export interface MadePlan {
  readonly plan: Plan;
  readonly manifestBytes: Buffer;
  readonly leftOut: LeftOut;
}

export const USUAL_SHARD_SIZE = 100;
// So that a few hundred photos keep every core of some machines busy until the end.
const MIN_SHARDS = 64;
// Lists that are written at once.
const AT_ONCE = 16;

/**
 * Plans, and writes the lists of shards; the manifest, which makes the plan count, is left to `settlePlan`.
 *
 * @throws {CommandError} when there is no photo.
 * @throws {UsageError} when a setting is not the look's, two photos would be written to one place, or inputs lie where
 *   outputs go.
 */
export async function makePlan(request: PlanRequest): Promise<MadePlan> {
  const { look, lookBytes, settings, sources, destination } = request;
  networkOf(look, settings);
  const leftOut = nothingLeftOut();
  const listed = await listPhotos(request, leftOut);
  if (listed.length === 0) {
    throw new CommandError("NO_PHOTOS", `expected photos, received none in ${sourceNames(sources)}`);
  }
  listed.nameOutputs(formatNamed(settings.format));
  const size = request.shardSize ?? usualSize(listed.length);
  const shards: ManifestShard[] = [];
  // The lists are made twice, here for their hashes, of which the plan's name is made that their folder has: those of a
  // million photos would take 100 MB.
  for (let first = 0; first < listed.length; first += size) {
    const photos = listed.slice(first, first + size);
    shards.push({ photos: photos.length, sha256: sha256(serializePhotos(photos)) });
  }
  const manifest: Manifest = {
    format: "synthconv-batch",
    version: MANIFEST_VERSION,
    look: { sha256: sha256(lookBytes), bytes: lookBytes.length },
    settings,
    recipe: recipeFor(lookBytes, settings),
    encoder: encoderVersions(),
    sources: sources.map(({ store }) => store.url),
    leftOut: {
      unread: Object.fromEntries([...leftOut.unread].sort()),
      otherFiles: leftOut.otherFiles,
      links: leftOut.links,
      refused: leftOut.refused.length,
    },
    photos: listed.length,
    bytes: listed.bytes,
    shards,
  };
  const manifestBytes = serializeManifest(manifest);
  const name = planName(manifestBytes);
  for (let start = 0; start < shards.length; start += AT_ONCE) {
    const some = Array.from(shards.slice(start, start + AT_ONCE), (_, index) => start + index);
    const lists = some.map((shard) => [shard, listed.slice(shard * size, (shard + 1) * size)] as const);
    await Promise.all(
      lists.map(([shard, photos]) =>
        destination.write(documentKey(name, "shards", shard), serializePhotos(photos)),
      ),
    );
  }
  await destination.write(documentKey(name, "look.safetensors"), lookBytes);
  return { plan: { name, manifest, destination }, manifestBytes, leftOut };
}

async function listPhotos(
  { sources, destination, onListed }: PlanRequest,
  leftOut: LeftOut,
): Promise<PhotoTable> {
  const table = new PhotoTable();
  for (const { store, photos } of sources) {
    refuseOverlap(store, destination);
    table.beginSource();
    const isAround = isBelow(destination.url, store.url);
    for await (const page of photos(leftOut, isAround ? destination.url : undefined)) {
      for (const photo of page) table.add(photo);
      onListed?.(table.length);
    }
  }
  return table;
}

/** Where a destination lies in a source, what is in it is left out; the other way round an output could be an input. */
function refuseOverlap(source: Store, destination: Store): void {
  if (!isBelow(source.url, destination.url)) return;
  throw new UsageError(
    `--to: expected a place without inputs, which are never overwritten, received ${destination.url}, ` +
      `in which the source ${source.url} lies: choose another one`,
  );
}

function isBelow(url: string, root: string): boolean {
  return url === root || url.startsWith(`${root}/`);
}

function sourceNames(sources: readonly Source[]): string {
  return sources.map(({ store }) => store.url).join(", ");
}

function usualSize(photos: number): number {
  return Math.max(1, Math.min(USUAL_SHARD_SIZE, Math.ceil(photos / MIN_SHARDS)));
}
