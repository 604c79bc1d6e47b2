/**
 * What a thread does of a job. Callers pass the task itself; it crosses to a worker as its name, and the workers' entry
 * imports every task there is (workers/worker.ts).
 */
export interface Task<Call> {
  /** Unique among all tasks. */
  readonly name: string;
  /**
   * Prepares a call on this thread, once, and returns what does one slice of it; slices may come in any order, and
   * other threads do the rest. A call is data: plain objects, numbers, strings and typed arrays, of which those that
   * slices write to must lie in shared memory.
   */
  readonly begin: (call: Call) => (slice: number) => void;
}
