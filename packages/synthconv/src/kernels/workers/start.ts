/** Starts and stops the threads of this program. Kernels work with or without them, and give the same bits. */
import { checkOptions, type Fields, numberAs, optional, shareLargeArrays, whole } from "../../core/index.js";
import { MAX_SLICES, threadCount, usePool } from "../threads/parallel.js";
import { newPoolMemory, ThreadPool } from "../threads/pool.js";
import { availableThreads, obstacle, startWorker } from "./host.js";

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

const MAX_THREADS = 256;
const THREAD_OPTIONS: Fields<ThreadOptions> = { threads: optional(whole(1, MAX_THREADS)) };

let running: ThreadPool | undefined;
/** Starts and stops come one after the other, however they are called. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Starts workers that share large jobs with the thread that calls: pixel networks, convolutions and products of
 * matrices over arrays in shared memory (`sharedFloats`, and whatever operations allocate from now on), and pixel
 * networks on the pixels of image files wherever those lie. Takes some 100 ms; a call with the number that already
 * runs does nothing. Results are the same bits at any number of threads. The workers do not keep a Node process alive.
 *
 * Where there is no shared memory or no worker can be started, everything goes on with one thread, and the result
 * says why.
 *
 * @throws {ValueError} when the number is not a whole number from 1 to 256, or an option unknown: the promise rejects.
 */
export async function startThreads(options: ThreadOptions = {}): Promise<StartedThreads> {
  checkOptions("startThreads", options, THREAD_OPTIONS, { repair: numberAs("threads") });
  const { threads = mostUseful() } = options;
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

function mostUseful(): number {
  return Math.min(availableThreads(), MAX_SLICES);
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
  const memory = newPoolMemory(threads - 1);
  let started: ThreadPool | undefined;
  const onEnd = (): void => drop(started);
  const starting = Array.from({ length: threads - 1 }, (_, worker) =>
    startWorker({ ...memory, worker }, onEnd),
  );
  const outcomes = await Promise.allSettled(starting);
  const workers = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = outcomes.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    return `a worker did not start: ${failed.reason instanceof Error ? failed.reason.message : failed.reason}`;
  }
  started = new ThreadPool(workers, memory);
  running = started;
  usePool(started, onEnd);
  shareLargeArrays(true);
  return undefined;
}

/** A pool of which a worker is gone: kernels go on with one thread, unless another pool runs by then. */
function drop(broken: ThreadPool | undefined): void {
  void next(async () => {
    if (running !== undefined && running === broken) await stop();
  });
}

async function stop(): Promise<void> {
  const stopping = running;
  running = undefined;
  usePool(undefined);
  shareLargeArrays(false);
  await stopping?.stop();
}
