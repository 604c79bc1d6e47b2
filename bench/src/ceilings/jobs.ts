/** What a thread can be asked to do, and the shared numbers by which it is asked. */

export const CEILINGS = [
  "multiply-add plain",
  "multiply-add relaxed",
  "vectors",
  "memory.copy",
  "set",
] as const;
export type Ceiling = (typeof CEILINGS)[number];

/** Places of the control numbers, shared by all threads. */
export const CONTROL = {
  /** Counts up with every job; threads wait for it. */
  ticket: 0,
  /** Threads that have finished the current job. */
  finished: 1,
  /** Index in CEILINGS; -1 ends the thread. */
  ceiling: 2,
  repeats: 3,
  /** Of one copy, a thread. */
  bytes: 4,
  length: 5,
} as const;

/** Operations of one piece of multiply-add work: 20 multiply-adds an iteration on 4 numbers each. */
export const ITERATIONS = 20_000;
export const FLOPS: number = ITERATIONS * 20 * 4 * 2;
