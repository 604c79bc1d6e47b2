/** The document of a plan, `.synthconv-batch/manifest.json` in the destination. No clock and no chance is in it. */
import { createHash } from "node:crypto";
import { CommandError } from "synthconv-cli/internal";
import * as v from "valibot";
import { type BatchSettings, SETTINGS } from "./settings.js";

/** The version of this document that is written, and the newest that is read. */
export const MANIFEST_VERSION = 1 as const;

const HASH = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const COUNT = v.pipe(v.number(), v.integer(), v.minValue(0));

export interface Manifest {
  readonly format: "synthconv-batch";
  readonly version: typeof MANIFEST_VERSION;
  readonly look: { readonly sha256: string; readonly bytes: number };
  readonly settings: BatchSettings;
  /** Look, settings and versions in one name: a machine on which it is another one makes other bytes. */
  readonly recipe: string;
  /** Versions of the image library and its parts. */
  readonly encoder: Readonly<Record<string, string>>;
  /** Addresses of folders and buckets, without credentials. */
  readonly sources: readonly string[];
  /** How many, by what they are. */
  readonly leftOut: {
    readonly unread: Readonly<Record<string, number>>;
    readonly otherFiles: number;
    readonly links: number;
    readonly refused: number;
  };
  readonly photos: number;
  /** Of the photos. */
  readonly bytes: number;
  readonly shards: readonly ManifestShard[];
}

export interface ManifestShard {
  readonly photos: number;
  /** Of the list of its photos. */
  readonly sha256: string;
}

const MANIFEST: v.GenericSchema<unknown, Manifest> = v.strictObject({
  format: v.literal("synthconv-batch"),
  version: v.literal(MANIFEST_VERSION),
  look: v.strictObject({ sha256: HASH, bytes: COUNT }),
  settings: SETTINGS,
  recipe: HASH,
  encoder: v.record(v.string(), v.string()),
  sources: v.array(v.string()),
  leftOut: v.strictObject({
    unread: v.record(v.string(), COUNT),
    otherFiles: COUNT,
    links: COUNT,
    refused: COUNT,
  }),
  photos: COUNT,
  bytes: COUNT,
  shards: v.array(v.strictObject({ photos: COUNT, sha256: HASH })),
});

export function serializeManifest(manifest: Manifest): Buffer {
  const { shards, ...head } = manifest;
  const rows = shards.map((shard) => `    ${JSON.stringify(shard)}`).join(",\n");
  // Without the line that ends it.
  const start = JSON.stringify(head, null, 2).slice(0, -2);
  return Buffer.from(`${start},\n  "shards": [${rows === "" ? "" : `\n${rows}\n  `}]\n}\n`);
}

/** A plan's name: of two documents with one name every byte is the same. */
export function planName(manifest: Uint8Array): string {
  return sha256(manifest).slice(0, 16);
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @throws {CommandError} when the document is of a newer version, or no manifest. */
export function parseManifest(bytes: Uint8Array, where: string): Manifest {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw fault(where, "no JSON", cause);
  }
  const version = (document as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > MANIFEST_VERSION) {
    throw new CommandError(
      "VERSION",
      `${where}: expected a manifest of version ${MANIFEST_VERSION}, received version ${version}. ` +
        "A newer synthconv-batch planned it: install that version here.",
    );
  }
  const result = v.safeParse(MANIFEST, document);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw fault(where, `${v.getDotPath(issue) ?? "it"}: ${issue.message}`, undefined);
}

function fault(where: string, received: string, cause: unknown): CommandError {
  const message = `${where}: expected the manifest of a plan, received ${received}. Plan again with --replace.`;
  return new CommandError("MANIFEST", message, { cause });
}
