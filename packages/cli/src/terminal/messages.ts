/** What the thread of a command and the thread that serves signals tell each other. */

/** What layout depends on. */
export interface StreamFacts {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
}

export interface AllStreamFacts {
  readonly stdout: StreamFacts;
  readonly stderr: StreamFacts;
}

export interface ThreadData {
  readonly args: readonly string[];
  readonly facts: AllStreamFacts;
}

/** To the thread that says that a command was interrupted. */
export interface SayInterrupted {
  /** With --json its document as well: the command wrote none. */
  readonly withDocument: boolean;
}

export type ToCommand =
  | { readonly kind: "interrupt" }
  | { readonly kind: "resize"; readonly facts: AllStreamFacts };

export type FromCommand =
  /** The files that must not outlive the process: all there are by now. */
  | { readonly kind: "temporaries"; readonly paths: readonly (string | Uint8Array)[] }
  | { readonly kind: "end"; readonly exitCode: number };
