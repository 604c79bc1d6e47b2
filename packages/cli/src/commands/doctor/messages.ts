/** What the process of a user's module and the command say to each other. */
import type { Diagnosis, RunHistory } from "synthconv/doctor";

/** What the command asks for, as the process's only argument, in JSON. */
export interface Request {
  readonly path: string;
  /** Undefined for as many as the library takes by itself. */
  readonly steps: number | undefined;
  /** Whether every step is recorded, for drawings and for TensorBoard. */
  readonly isRecorded: boolean;
}

/** What the module is doing; named when it ends or hangs there. */
export type Phase = "imported" | "diagnosed";

export type Message =
  | { readonly kind: "phase"; readonly phase: Phase }
  | { readonly kind: "step"; readonly done: number }
  | { readonly kind: "result"; readonly diagnosis: Diagnosis; readonly history: RunHistory }
  | { readonly kind: "failure"; readonly code: string; readonly message: string };
