/** Photos at their full size: each is decoded once for all who look at it, and the last two stay open. */
import { type OpenPhoto, openPhoto } from "../files/index.js";
import type { FileRef } from "../protocol/index.js";
import { lookTexts as texts } from "../texts/index.js";

/** Before and after: 24 megapixels take 96 MB. */
const KEPT = 2;
/** Decoded at a time: browsers decode beside this thread, and forty photos of a folder must not all be in memory. */
const AT_ONCE = 2;

interface Entry {
  readonly photo: Promise<OpenPhoto>;
  /** Who looks at it: it is not closed before they are done. */
  users: number;
}

const entries = new Map<string, Entry>();
const waiting: (() => void)[] = [];
let working = 0;

/**
 * Lends the photo: it may be closed when `use` has ended.
 *
 * @throws {FormatError} as `openPhoto` does, and what `use` throws.
 */
export async function withOpened<Result>(
  file: FileRef,
  use: (photo: OpenPhoto) => Result | Promise<Result>,
): Promise<Result> {
  // Who finds it open does not wait for those that are being decoded.
  const isOpen = entries.has(file.key);
  if (!isOpen) await turn();
  const entry = entryOf(file);
  try {
    return await use(await entry.photo);
  } finally {
    entry.users--;
    closeOldest();
    if (!isOpen) nextTurn();
  }
}

export function notesOf({ notes, name }: OpenPhoto): string[] {
  return notes.map((note) => texts.photoNotes[note](name));
}

function entryOf({ key, name, blob }: FileRef): Entry {
  const entry = entries.get(key) ?? { photo: openPhoto(blob, name), users: 0 };
  entry.users++;
  // The last one asked for goes last.
  entries.delete(key);
  entries.set(key, entry);
  entry.photo.catch(() => entries.delete(key));
  return entry;
}

function closeOldest(): void {
  for (const [key, { photo, users }] of [...entries].slice(0, -KEPT)) {
    if (users > 0) continue;
    entries.delete(key);
    void photo.then(({ bitmap }) => bitmap.close()).catch(() => undefined);
  }
}

async function turn(): Promise<void> {
  if (working++ < AT_ONCE) return;
  await new Promise<void>((resolve) => waiting.push(resolve));
}

function nextTurn(): void {
  working--;
  waiting.shift()?.();
}
