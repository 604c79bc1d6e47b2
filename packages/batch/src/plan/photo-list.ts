/** The photos of a shard, a JSON line each, and what each line's state is called. */
import { createHash } from "node:crypto";

export interface PlannedPhoto {
  /** Which of the manifest's sources. */
  readonly source: number;
  /** From the source's root on. */
  readonly key: string;
  /** From the destination's root on. */
  readonly output: string;
  /** Of the input when it was listed. */
  readonly identity: string;
  /** Why its output has another name, in a sentence. */
  readonly warning?: string;
}

export function serializePhotos(photos: readonly PlannedPhoto[]): Buffer {
  const lines = photos.map(({ source, key, output, identity, warning }) =>
    JSON.stringify({
      ...(source !== 0 && { source }),
      key,
      ...(output !== key && { output }),
      identity,
      ...(warning !== undefined && { warning }),
    }),
  );
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** Only of bytes whose hash is the manifest's. */
export function parsePhotos(bytes: Uint8Array): PlannedPhoto[] {
  const lines = Buffer.from(bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => {
    const photo = JSON.parse(line) as Partial<PlannedPhoto> & Pick<PlannedPhoto, "key" | "identity">;
    return { source: 0, output: photo.key, ...photo };
  });
}

/**
 * The key of an output's state: another photo, look, setting or encoder has another one, and what has the same one need
 * not be made again, by whatever run.
 *
 * @param source the address of the photo's source.
 */
export function stateKey(recipe: string, source: string, { key, identity }: PlannedPhoto): string {
  const hash = createHash("sha256").update(JSON.stringify([recipe, source, key, identity]));
  return hash.digest("hex").slice(0, 32);
}
