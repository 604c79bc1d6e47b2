/**
 * Jobs as their threads see them: slices are claimed from an atomic ticket, and the caller knows by a second number
 * when no worker is at work any more. The ticket names the job, so that a worker whose message comes late finds
 * nothing to claim and cannot take a slice of the next job.
 */
import type { Backend } from "../base/backend.js";
import type { Portable } from "./portable.js";

/** Shared memory of a pool: every worker is given it once, at the start. */
export interface PoolMemory {
  readonly control: Int32Array;
  /** Where a worker that failed leaves its error (failure.ts). */
  readonly failure: Uint8Array;
}

/** The first message of a worker. */
export interface WorkerSetup extends PoolMemory {
  /** Its number, from 0. */
  readonly worker: number;
}

/** What every worker is sent of a job. */
export interface JobMessage extends Portable {
  /** Its name. */
  readonly task: string;
  readonly slices: number;
  readonly job: number;
  readonly backend: Backend;
}

const TICKET = 0;
const WORKERS_AT_WORK = 1;
const FAILED = 2;
/** From here on how many messages each worker has taken. */
const TAKEN = 3;

// A ticket is the number of the job and that of its next slice. A number comes again after 2^24 jobs: longer than
// any message is under way.
const SLICE_BITS = 8;
const JOB_MASK = 2 ** (32 - SLICE_BITS) - 1;

/** Slices of a job at most. */
export const MAX_JOB_SLICES: number = 2 ** SLICE_BITS - 1;

export function newControl(workers: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer((TAKEN + workers) * Int32Array.BYTES_PER_ELEMENT));
}

/** A worker says that it has the next message in its hands. */
export function noteTaken(control: Int32Array, worker: number): void {
  Atomics.add(control, TAKEN + worker, 1);
}

/** Of so many messages, how many wait for the worker still. */
export function waitingFor(control: Int32Array, worker: number, sent: number): number {
  // Both wrap around at 2^32.
  return (sent - Atomics.load(control, TAKEN + worker)) | 0;
}

/** Makes the slices of the next job claimable and returns its number. */
export function openJob(control: Int32Array): number {
  const job = ((Atomics.load(control, TICKET) >>> SLICE_BITS) + 1) & JOB_MASK;
  Atomics.store(control, FAILED, 0);
  Atomics.store(control, TICKET, job << SLICE_BITS);
  return job;
}

/** The next slice of the job; undefined where none is left. */
function claim(control: Int32Array, job: number, slices: number): number | undefined {
  for (;;) {
    const ticket = Atomics.load(control, TICKET);
    const slice = ticket & MAX_JOB_SLICES;
    if (ticket >>> SLICE_BITS !== job || slice >= slices) return undefined;
    if (Atomics.compareExchange(control, TICKET, ticket, ticket + 1) === ticket) return slice;
  }
}

/** No thread begins another slice of the job that is open. */
export function closeJob(control: Int32Array): void {
  Atomics.or(control, TICKET, MAX_JOB_SLICES);
}

/** Does slices of a job until none is left; prepares nothing where there is none from the start. */
export function doSlices(
  control: Int32Array,
  { job, slices }: { readonly job: number; readonly slices: number },
  begin: () => (slice: number) => void,
): void {
  let run: ((slice: number) => void) | undefined;
  for (let slice = claim(control, job, slices); slice !== undefined; slice = claim(control, job, slices)) {
    run ??= begin();
    run(slice);
  }
}

/** A worker's part of a job. `onError` gets the first error of all workers, before the caller goes on. */
export function takePart(
  control: Int32Array,
  job: { readonly job: number; readonly slices: number },
  begin: () => (slice: number) => void,
  onError: (error: unknown) => void,
): void {
  // Before the claim: a caller that finds no worker at work and no slice left knows that all are done.
  Atomics.add(control, WORKERS_AT_WORK, 1);
  try {
    doSlices(control, job, begin);
  } catch (error) {
    closeJob(control);
    if (Atomics.compareExchange(control, FAILED, 0, 1) === 0) onError(error);
  } finally {
    Atomics.sub(control, WORKERS_AT_WORK, 1);
    Atomics.notify(control, WORKERS_AT_WORK);
  }
}

export function hasFailed(control: Int32Array): boolean {
  return Atomics.load(control, FAILED) !== 0;
}

/**
 * Waits, when no slice is left to claim, for the workers that still do theirs.
 *
 * @returns whether all of them came to an end within the limit.
 */
export function waitForWorkers(control: Int32Array, limitMilliseconds: number): boolean {
  const end = performance.now() + limitMilliseconds;
  for (;;) {
    const atWork = Atomics.load(control, WORKERS_AT_WORK);
    if (atWork === 0) return true;
    const left = end - performance.now();
    if (left <= 0) return false;
    pause(control, atWork, left);
  }
}

let mayBlock = true;

/** Sleeps until a worker ends. The page of a browser must not sleep: there the caller's loop spins. */
function pause(control: Int32Array, atWork: number, milliseconds: number): void {
  if (!mayBlock) return;
  try {
    Atomics.wait(control, WORKERS_AT_WORK, atWork, milliseconds);
  } catch {
    mayBlock = false;
  }
}
