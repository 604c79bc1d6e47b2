/** What the person sees of photos that are applied to and saved. */
import { signal } from "@preact/signals";
import type { AppliedPhoto } from "../../protocol/index.js";

/** Photos under the look, with names of their own. */
export const results = signal<readonly AppliedPhoto[]>([]);
/** A sentence for each photo that was not done. */
export const failures = signal<readonly string[]>([]);
/** Of the last saving, a sentence each: what is not in the folder, and why. */
export const unsaved = signal<readonly string[]>([]);
/** Of the last saving, a sentence each: what got another name. */
export const renamed = signal<readonly string[]>([]);
/** Undefined while nothing is under way. */
export const progress = signal<{ readonly done: number; readonly all: number } | undefined>(undefined);
/** The last thing that happened, for screen readers as well. */
export const message = signal("");

let cancelled = new AbortController();

/** One thing at a time is under way; what was told of saving is over. @returns what ends it. */
export function begin(): AbortSignal {
  cancelled = new AbortController();
  unsaved.value = [];
  renamed.value = [];
  message.value = "";
  return cancelled.signal;
}

export function cancel(): void {
  cancelled.abort();
}
