/**
 * The one pool of threads of this program. Kernels work with or without it, and give the same bits.
 */
import { shareLargeArrays, ThreadError, ValueError } from "../../core/index.js";
import { noteChoice } from "../choices.js";
import { availableThreads, obstacle, startWorker } from "./host.js";
import { newPoolMemory, ThreadPool } from "./pool.js";
import { MOST_SLICES } from "./slices.js";
import { type TaskCalls, type TaskName, tasks } from "./tasks.js";

export interface ThreadOptions {
  /** Threads that work, with the one that calls: 1 to 256. Default: as many as there are cores for this program. */
  readonly threads?: number;
}

export interface StartedThreads {
  /** Threads that kernels use from now on; 1 is the thread that calls alone. */
  readonly threads: number;
  /** Why there are fewer than were asked for. */
  readonly reason?: string;
}

const MOST_THREADS = 256;

// 0.3 ms of one thread at 34 GFLOP/s. Telling the workers takes 0.1 ms; 65,536 pixels, forward, two threads against
// one: 1.2 times as fast with 16 hidden channels (0.013 GFLOP), 0.85 times with 3.
const LEAST_OPERATIONS = 1e7;

let pool: ThreadPool | undefined;
/** Starts and stops come one after the other, however they are called. */
let last: Promise<unknown> = Promise.resolve();

/** Threads that kernels use now, with the one that calls: 1 before `startThreads`. */
export function threadCount(): number {
  return pool?.threads ?? 1;
}

/**
 * Starts workers that share large jobs with the thread that calls: pixel networks, convolutions and products of
 * matrices over arrays in shared memory (`sharedFloats`, and whatever operations allocate from now on). Takes some 100 ms; a call with the number that
 * already runs does nothing. Results are the same bits at any number of threads. The workers do not keep a Node
 * process alive.
 *
 * Where there is no shared memory or no worker can be started, everything goes on with one thread, and the result
 * says why.
 *
 * @throws {ValueError} when the number is not a whole number from 1 to 256.
 */
export function startThreads({ threads = mostUseful() }: ThreadOptions = {}): Promise<StartedThreads> {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    const error = new ValueError({
      where: "startThreads threads",
      expected: `a whole number from 1 to ${MOST_THREADS}`,
      received: String(threads),
    });
    return Promise.reject(error);
  }
  return next(async () => {
    if (threads !== threadCount()) {
      await stop();
      const reason = threads === 1 ? undefined : await start(threads);
      if (reason !== undefined) return { threads: 1, reason };
    }
    return { threads };
  });
}

/** Ends the workers; kernels go on with one thread. */
export function stopThreads(): Promise<void> {
  return next(stop);
}

/** What decides whether threads share a job. */
export interface JobFacts {
  readonly slices: number;
  /** Of the whole job, a multiply-add as two. */
  readonly operations: number;
  /** All of an image's size. */
  readonly arrays: readonly (ArrayBufferView | undefined)[];
}

/**
 * Whether threads share a job: there are some, it is large enough, and its arrays lie in shared memory. Those of
 * other memory are not copied there and back (README.md).
 */
export function threadsPay({ slices, operations, arrays }: JobFacts): boolean {
  if (pool === undefined) return false;
  const isLarge = slices > 1 && operations >= LEAST_OPERATIONS;
  if (!isLarge) {
    noteChoice("threads", slices > 1 ? "too few operations" : "one slice");
    return false;
  }
  const areShared = arrays.every((array) => array === undefined || array.buffer instanceof SharedArrayBuffer);
  if (!areShared) noteChoice("threads", "arrays of other memory");
  return areShared;
}

/**
 * Does every slice of a call, on all threads, and returns when all are done; without a pool on this thread.
 *
 * @param slices a whole number; the task says what each is.
 * @throws what a slice threw. Its class, code and message cross from a worker.
 * @throws {ThreadError} when a worker does not come to an end.
 */
export function parallel<Name extends TaskName>(task: Name, call: TaskCalls[Name], slices: number): void {
  if (pool === undefined || slices < 2) {
    const run = tasks[task](call);
    for (let slice = 0; slice < slices; slice++) run(slice);
    return;
  }
  noteChoice("threads", task);
  const used = pool;
  try {
    used.run(task, call, slices);
  } catch (error) {
    if (error instanceof ThreadError) drop(used);
    throw error;
  }
}

function mostUseful(): number {
  return Math.min(availableThreads(), MOST_SLICES);
}

function next<Result>(step: () => Promise<Result>): Promise<Result> {
  const result = last.then(step);
  last = result.catch(() => undefined);
  return result;
}

/** @returns why it was not possible. */
async function start(threads: number): Promise<string | undefined> {
  const reason = obstacle();
  if (reason !== undefined) return reason;
  const memory = newPoolMemory();
  let started: ThreadPool | undefined;
  const onEnd = (): void => drop(started);
  const starting = Array.from({ length: threads - 1 }, () => startWorker(memory, onEnd));
  const outcomes = await Promise.allSettled(starting);
  const workers = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = outcomes.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    return `a worker did not start: ${failed.reason instanceof Error ? failed.reason.message : failed.reason}`;
  }
  started = new ThreadPool(workers, memory);
  pool = started;
  shareLargeArrays(true);
  return undefined;
}

/** A pool of which a worker is gone: kernels go on with one thread, unless another pool runs by then. */
function drop(broken: ThreadPool | undefined): void {
  void next(async () => {
    if (pool !== undefined && pool === broken) await stop();
  });
}

async function stop(): Promise<void> {
  const stopping = pool;
  pool = undefined;
  shareLargeArrays(false);
  await stopping?.stop();
}
