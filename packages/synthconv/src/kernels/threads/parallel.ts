/**
 * How work is cut into slices, the unit of work of a thread and of a sum, and the pool of threads that shares them. The
 * cut depends on sizes alone, so that sums are the same bits at any number of threads.
 */
import { noteChoice } from "../../core/choices.js";
import { ThreadError } from "../../core/index.js";
import type { ThreadPool } from "./pool.js";
import type { Task } from "./task.js";

/** Pixels `first` to `end`, without `end`. */
export interface PixelRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Slices of an image at most. Each has float64 sums of its own for every weight: 17 MB for a layer of 256 to 256
 * channels. The last slice to end leaves the other threads idle for half of it on average, 1/64 of a thread's
 * time with 1 thread, 1/8 with 8.
 */
export const MAX_SLICES = 32;

/** A slice is a whole number of these: the chunk of the pixel network (its README has the reason of the size). */
export const SLICE_GRAIN = 8192;

/** 0 for no pixels, one for every 8192 pixels of a small image, 32 for a large one. */
export function sliceCount(pixels: number): number {
  return Math.ceil(pixels / sliceLength(pixels));
}

/** The pixels of slice `index`, 0 to `sliceCount(pixels)` - 1. */
export function sliceRange(pixels: number, index: number): PixelRange {
  const length = sliceLength(pixels);
  return { first: index * length, end: Math.min(pixels, (index + 1) * length) };
}

function sliceLength(pixels: number): number {
  return Math.max(1, Math.ceil(pixels / SLICE_GRAIN / MAX_SLICES)) * SLICE_GRAIN;
}

// 0.3 ms of one thread at 34 GFLOP/s. Telling the workers takes 0.1 ms; 65,536 pixels, forward, two threads against
// one: 1.2 times as fast with 16 hidden channels (0.013 GFLOP), 0.85 times with 3.
const MIN_OPERATIONS = 1e7;

let current: { readonly pool: ThreadPool; readonly onBroken: () => void } | undefined;

/**
 * From now on jobs are shared with this pool; undefined for none.
 *
 * @param onBroken called when a worker did not come to an end: the pool is then of no more use.
 */
export function usePool(pool: ThreadPool | undefined, onBroken: () => void = () => {}): void {
  current = pool && { pool, onBroken };
}

/** Threads that kernels use now, with the one that calls: 1 before `startThreads`. */
export function threadCount(): number {
  return current?.pool.threads ?? 1;
}

/** What decides whether threads share a job. */
export interface JobFacts {
  readonly slices: number;
  /** Of the whole job, a multiply-add as two. */
  readonly operations: number;
  /** All of an image's size. */
  readonly arrays: readonly (ArrayBufferView | undefined)[];
}

/** Whether threads share a job: there are some, it is large enough, and its arrays lie in shared memory. */
export function threadsPay(facts: JobFacts): boolean {
  if (!threadsWouldPay(facts)) return false;
  const areShared = facts.arrays.every((array) => array === undefined || isShared(array));
  if (!areShared) noteChoice("threads", "arrays of other memory");
  return areShared;
}

/** `threadsPay`, wherever the arrays lie. */
export function threadsWouldPay({ slices, operations }: Omit<JobFacts, "arrays">): boolean {
  if (current === undefined) return false;
  if (slices > 1 && operations >= MIN_OPERATIONS) return true;
  noteChoice("threads", slices > 1 ? "too few operations" : "one slice");
  return false;
}

/** Only where threads run: there may be no shared memory elsewhere. */
export function isShared({ buffer }: ArrayBufferView): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/**
 * Does every slice of a call, on all threads, and returns when all are done; without a pool on this thread.
 *
 * @param slices a whole number; the task says what each is.
 * @throws what a slice threw. Its class, code and message cross from a worker.
 * @throws {ThreadError} when a worker does not come to an end.
 */
export function parallel<Call>(task: Task<Call>, call: Call, slices: number): void {
  if (current === undefined || slices < 2) {
    const run = task.begin(call);
    for (let slice = 0; slice < slices; slice++) run(slice);
    return;
  }
  noteChoice("threads", task.name);
  const { pool, onBroken } = current;
  try {
    pool.run(task, call, slices);
  } catch (error) {
    if (error instanceof ThreadError) onBroken();
    throw error;
  }
}
