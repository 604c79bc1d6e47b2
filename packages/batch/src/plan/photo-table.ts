/** A million photos in memory: columns, as an object for each would take as much again. */
import { displayPath } from "synthconv/internal/node";
import { UsageError } from "synthconv-cli/internal";
import {
  formatOfName,
  isWritable,
  namedOutputs,
  type WritablePhotoFormat,
} from "synthconv-cli/internal/photo-names";
import type { ObjectFacts } from "../store/store.js";
import type { PlannedPhoto } from "./photo-list.js";
import { TextColumn } from "./text-column.js";

export class PhotoTable {
  readonly #keys: TextColumn = new TextColumn();
  readonly #identities: TextColumn = new TextColumn();
  /** Whether every photo can be written in its own format. */
  #keepsFormats = true;
  /** Where each source's photos begin. */
  readonly #starts: number[] = [];
  /** Undefined where every output is called as its photo. */
  #outputs: readonly NamedAs[] | undefined;
  /** Of all photos together. */
  bytes = 0;

  get length(): number {
    return this.#keys.length;
  }

  beginSource(): void {
    this.#starts.push(this.#keys.length);
  }

  add({ key, identity, size }: ObjectFacts): void {
    this.#keys.push(key);
    this.#keepsFormats &&= keepsItsFormat(key);
    this.#identities.push(identity);
    this.bytes += size;
  }

  /**
   * Names the outputs, as `apply` does.
   *
   * @throws {UsageError} when two photos would be written to one place.
   */
  nameOutputs(asked: WritablePhotoFormat | undefined): void {
    const keepsNames = asked === undefined && this.#keepsFormats;
    if (!keepsNames) {
      const keys = Array.from({ length: this.length }, (_, index) => this.#keys.at(index));
      const photos = keys.map((key) => ({ path: key, relative: key }));
      this.#outputs = namedOutputs(photos, asked).map(({ relative, warning }) => ({
        output: displayPath(relative),
        ...(warning !== undefined && { warning }),
      }));
    }
    // Keys of one source are different anyway.
    if (this.#starts.length > 1 || !keepsNames) this.#refuseCollisions();
  }

  slice(first: number, end: number): PlannedPhoto[] {
    const photos: PlannedPhoto[] = [];
    for (let index = first; index < Math.min(end, this.length); index++) {
      const key = this.#keys.at(index);
      const named = this.#outputs?.[index] ?? { output: key };
      photos.push({ source: this.#sourceOf(index), key, identity: this.#identities.at(index), ...named });
    }
    return photos;
  }

  #sourceOf(index: number): number {
    return this.#starts.findLastIndex((start) => start <= index);
  }

  #refuseCollisions(): void {
    const seen = new Map<string, number>();
    for (let index = 0; index < this.length; index++) {
      const output = this.#outputs?.[index]?.output ?? this.#keys.at(index);
      const other = seen.get(output);
      if (other !== undefined) {
        throw new UsageError(
          `${displayPath(this.#keys.at(other))} and ${displayPath(this.#keys.at(index))} would both be ` +
            `written to ${displayPath(output)}: plan them one after the other, into separate destinations`,
        );
      }
      seen.set(output, index);
    }
  }
}

type NamedAs = Pick<PlannedPhoto, "output" | "warning">;

function keepsItsFormat(key: string): boolean {
  const format = formatOfName(key);
  return format === undefined || isWritable(format);
}
