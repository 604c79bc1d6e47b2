/** Every text of the studio that a person reads, in English. */
export const texts = {
  title: "synthconv studio",
  start: {
    title: "Start",
    lead: "Give it photos before and after an edit. A network learns to write the edit, here in your browser; nothing is uploaded.",
  },
  engine: (backend: string, isolated: boolean): string =>
    `Calculates with WebAssembly (${backend}), ${isolated ? "threads possible" : "one thread"}.`,
  faults: {
    stale: "A newer request took the place of this one.",
    workerFailed:
      "The part that calculates ended unexpectedly, perhaps for want of memory. Your session is kept: try again, with smaller photos if it happens again.",
  },
} as const;
