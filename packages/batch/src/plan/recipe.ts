/** Look and settings as this machine carries them out: it loads the image codec, which who hands out shards needs not. */
import { currentBackend, type Look, setBackend } from "synthconv/look";
import { type AskedLook, type LookOptions, synthesizeAsAsked } from "synthconv-cli/internal";
import { recipeOf, sharp } from "synthconv-cli/internal/photo";
import type { BatchSettings } from "./settings.js";

/** The network that a look writes for these settings. */
export function networkOf(look: Look, settings: BatchSettings): AskedLook {
  return synthesizeAsAsked(look, settings satisfies LookOptions);
}

/**
 * One name for all that decides an output's bytes beside the photo: look, settings, and the versions of what decodes,
 * computes and encodes here. Sets the backend, which is one for all of a process.
 */
export function recipeFor(look: Uint8Array, settings: BatchSettings): string {
  setBackend(settings.backend);
  return recipeOf(look, { ...settings, backend: currentBackend(), batch: 1 });
}

/** The versions of this machine's encoder, for the manifest: what differs when two recipes do. */
export function encoderVersions(): Record<string, string> {
  const entries = Object.entries(sharp.versions).filter(([, version]) => typeof version === "string");
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) as Record<string, string>;
}
