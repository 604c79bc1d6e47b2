/** Photos at their full size, kept while they are looked at: the browser holds the pixels, mostly of the last two. */
import { type OpenPhoto, openPhoto } from "../../files/index.js";
import type { FileRef } from "../../protocol/index.js";
import { lookTexts as texts } from "../../texts/index.js";

/** Before and after. */
const KEPT = 2;

const kept = new Map<string, Promise<OpenPhoto>>();

/** @throws {FormatError} as `openPhoto` does. */
export function opened({ key, name, blob }: FileRef): Promise<OpenPhoto> {
  const known = kept.get(key);
  if (known !== undefined) {
    // The last one asked for goes last.
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const photo = openPhoto(blob, name);
  kept.set(key, photo);
  photo.catch(() => kept.delete(key));
  for (const [old, one] of [...kept].slice(0, -KEPT)) {
    kept.delete(old);
    void one.then(({ bitmap }) => bitmap.close()).catch(() => undefined);
  }
  return photo;
}

export function notesOf({ notes, name }: OpenPhoto): string[] {
  return notes.map((note) => texts.photoNotes[note](name));
}
