/** What goes to and fro between a worker and the threads and processes that make its photos. */
import type { PlannedPhoto } from "../plan/photo-list.js";
import type { Entry } from "../plan/record.js";
import type { BatchSettings } from "../plan/settings.js";

/** What a plan says to who makes its photos. */
export interface MakerPlan {
  readonly name: string;
  readonly look: Uint8Array;
  readonly settings: BatchSettings;
  readonly recipe: string;
  /** Addresses. */
  readonly sources: readonly string[];
  readonly destination: string;
}

export type ToMaker =
  | { readonly kind: "plan"; readonly plan: MakerPlan }
  | { readonly kind: "make"; readonly plan: string; readonly photo: PlannedPhoto };

/** What became of one photo. */
export type Outcome =
  | { readonly kind: "entry"; readonly entry: Entry }
  /** A place refuses or fails: no photo is to blame. */
  | { readonly kind: "store"; readonly message: string }
  /** The thread or process that made it ended, or took too long: `the signal SIGSEGV`. */
  | { readonly kind: "lost"; readonly code: string; readonly reason: string };

/** Once, when it has loaded what it needs, and then for every photo. */
export type FromMaker = { readonly kind: "ready" } | Outcome;

/** Makes one photo at a time. */
export interface PhotoMaker {
  make(plan: MakerPlan, photo: PlannedPhoto): Promise<Outcome>;
  close(): Promise<void>;
}
