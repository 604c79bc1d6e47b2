import type { Fields } from "../core/arguments.js";
import { type Kind, kind, optional } from "../core/kinds.js";

/** Why something is meant that looks like a mistake. */
export const REASON: Kind<string> = kind<string>(
  "a sentence that says why",
  (value) => typeof value === "string" && value.trim() !== "",
);

export function asReason(value: unknown): string | undefined {
  return typeof value === "string" ? `Write { reason: ${JSON.stringify(value)} }.` : undefined;
}

export interface DetachOptions {
  /** Says that the cut is meant, and why. */
  readonly reason?: string;
}

export const DETACH_OPTIONS: Fields<DetachOptions> = { reason: optional(REASON) };
