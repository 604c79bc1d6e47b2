/** Photos under the look, one after the other: a result or a sentence for each, nothing lost on the way. */
import { signal } from "@preact/signals";
import { saveFile, saveZip, writeInto } from "../../files/index.js";
import type { AppliedPhoto, FileRef, LookAsk } from "../../protocol/index.js";
import { worker } from "../../services/index.js";
import { StaleError } from "../../state/index.js";
import { lookTexts as texts } from "../../texts/index.js";

export interface Failure {
  readonly name: string;
  readonly why: string;
}

export const results = signal<readonly AppliedPhoto[]>([]);
export const failures = signal<readonly Failure[]>([]);
/** Undefined while nothing is under way. */
export const progress = signal<{ readonly done: number; readonly all: number } | undefined>(undefined);
/** The last thing that happened, for screen readers as well. */
export const message = signal("");

let cancelled = new AbortController();

export async function applyTo(photos: readonly FileRef[], look: LookAsk, quality: number): Promise<void> {
  cancelled = new AbortController();
  const { signal: stop } = cancelled;
  results.value = [];
  failures.value = [];
  message.value = "";
  for (const [done, photo] of photos.entries()) {
    progress.value = { done, all: photos.length };
    try {
      const answer = await worker.ask("apply", { photo, look, quality }, { signal: stop });
      results.value = [...results.value, { ...answer, name: freeName(answer.name) }];
    } catch (error) {
      if (error instanceof StaleError) {
        message.value = texts.apply.cancelled(photos.length - done);
        break;
      }
      failures.value = [...failures.value, { name: photo.name, why: (error as Error).message }];
    }
  }
  progress.value = undefined;
  if (!stop.aborted) message.value = texts.apply.done(results.value.length, photos.length);
}

export function cancel(): void {
  cancelled.abort();
}

export async function saveAll(): Promise<void> {
  const files = results.value;
  const blob = await saveZip(
    (async function* () {
      yield* files;
    })(),
  );
  saveFile({ name: "photos.zip", blob });
}

/** Where the browser can write into folders. */
export const canUseFolder = "showDirectoryPicker" in globalThis;

export async function saveIntoFolder(): Promise<void> {
  const pick = (
    globalThis as unknown as { showDirectoryPicker(options: object): Promise<FileSystemDirectoryHandle> }
  ).showDirectoryPicker;
  let folder: FileSystemDirectoryHandle;
  try {
    folder = await pick({ mode: "readwrite" });
  } catch {
    // Closed without a choice.
    return;
  }
  let saved = 0;
  for (const file of results.value) {
    try {
      await writeInto(folder, file);
      saved++;
    } catch (error) {
      const why = texts.apply.notSaved(file.name, (error as Error).message);
      failures.value = [...failures.value, { name: file.name, why }];
    }
  }
  message.value = texts.apply.saved(saved);
}

/** Photos of two folders may have one name. */
function freeName(name: string): string {
  const isTaken = (one: string): boolean => results.value.some((result) => result.name === one);
  const [, stem, extension] = /^(.*)(\.[^.]*)$/s.exec(name) ?? [name, name, ""];
  let free = name;
  for (let nth = 2; isTaken(free); nth++) free = `${stem}-${nth}${extension}`;
  return free;
}
