/**
 * What a thread does of a job. A task prepares the call on its thread, once, and returns what does one slice of
 * it; slices may come in any order, and other threads do the rest. A call is data: plain objects, numbers,
 * strings and typed arrays, of which those that slices write to must lie in shared memory.
 */
export type Task<Call> = (call: Call) => (slice: number) => void;
