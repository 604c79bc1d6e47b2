/**
 * One job as its threads see it: slices are claimed from an atomic counter, and the caller knows by a second one
 * when no worker is at work any more. Every job has control numbers of its own, so a worker whose message comes
 * late finds nothing left to claim and cannot take a slice of the next job.
 */
import type { Backend } from "../backend.js";
import type { TaskCalls, TaskName } from "./tasks.js";

/** What every worker is sent. */
export interface JobMessage<Name extends TaskName = TaskName> {
  readonly task: Name;
  readonly call: TaskCalls[Name];
  readonly slices: number;
  readonly backend: Backend;
  readonly control: Int32Array;
  /** Where a failed worker writes its error. */
  readonly failure: Uint8Array;
}

const NEXT_SLICE = 0;
const WORKERS_AT_WORK = 1;
const FAILED = 2;
const CONTROL_NUMBERS = 3;

export function newControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(CONTROL_NUMBERS * Int32Array.BYTES_PER_ELEMENT));
}

/** Does slices until none is left. Nothing is prepared where there is none from the start. */
export function doSlices(control: Int32Array, slices: number, begin: () => (slice: number) => void): void {
  let run: ((slice: number) => void) | undefined;
  for (;;) {
    const slice = Atomics.add(control, NEXT_SLICE, 1);
    if (slice >= slices) return;
    run ??= begin();
    run(slice);
  }
}

/** A worker's part of a job; `onError` gets the first error of all workers. */
export function takePart(
  control: Int32Array,
  slices: number,
  begin: () => (slice: number) => void,
  onError: (error: unknown) => void,
): void {
  Atomics.add(control, WORKERS_AT_WORK, 1);
  try {
    doSlices(control, slices, begin);
  } catch (error) {
    stopJob(control, slices);
    if (Atomics.compareExchange(control, FAILED, 0, 1) === 0) onError(error);
  } finally {
    Atomics.sub(control, WORKERS_AT_WORK, 1);
    Atomics.notify(control, WORKERS_AT_WORK);
  }
}

/** No thread begins another slice. */
export function stopJob(control: Int32Array, slices: number): void {
  Atomics.store(control, NEXT_SLICE, slices);
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

/** Sleeps until a worker ends; a browser's page must not sleep, and spins. */
function pause(control: Int32Array, atWork: number, milliseconds: number): void {
  if (!mayBlock) return;
  try {
    Atomics.wait(control, WORKERS_AT_WORK, atWork, milliseconds);
  } catch {
    mayBlock = false;
  }
}
