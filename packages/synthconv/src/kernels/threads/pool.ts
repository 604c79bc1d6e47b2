/** A fixed number of workers beside the thread that calls, and the jobs that they share. */
import { ThreadError, ValueError } from "../../core/errors.js";
import { currentBackend } from "../base/backend.js";
import { FAILURE_BYTES, readFailure } from "./failure.js";
import {
  closeJob,
  doSlices,
  hasFailed,
  type JobMessage,
  MAX_JOB_SLICES,
  newControl,
  openJob,
  type PoolMemory,
  waitForWorkers,
  waitingFor,
} from "./job.js";
import { portable } from "./portable.js";
import type { Task } from "./task.js";

/** A worker, of Node or of a browser. */
export interface HostWorker {
  postMessage(message: unknown): void;
  terminate(): Promise<void>;
}

/** How long a caller that has run out of slices waits for workers that still hold one. */
export interface Patience {
  readonly milliseconds: number;
  /** As many times what the caller itself worked on the job comes on top. */
  readonly timesOwnWork: number;
}

// A worker that lives does a slice in a fraction of the caller's part, also when other programs share the cores.
const PATIENCE: Patience = { milliseconds: 30_000, timesOwnWork: 10 };

// A worker that gets no processor does not take its messages, which hold the arrays of their jobs.
const MOST_WAITING = 4;

export function newPoolMemory(workers: number): PoolMemory {
  return { control: newControl(workers), failure: new Uint8Array(new SharedArrayBuffer(FAILURE_BYTES)) };
}

export class ThreadPool {
  readonly #workers: readonly HostWorker[];
  readonly #memory: PoolMemory;
  readonly #patience: Patience;
  /** Messages to each worker. */
  readonly #sent: number[];

  constructor(workers: readonly HostWorker[], memory: PoolMemory, patience: Patience = PATIENCE) {
    this.#workers = workers;
    this.#memory = memory;
    this.#patience = patience;
    this.#sent = workers.map(() => 0);
  }

  /** With the thread that calls. */
  get threads(): number {
    return this.#workers.length + 1;
  }

  /**
   * Does all slices of a call, on the workers and on this thread, and returns when all are done.
   *
   * @throws what a slice threw; of the other slices some may have been done.
   * @throws {ThreadError} when a worker does not come to an end: the pool is then of no more use.
   * @throws {ValueError} when there are more than 255 slices.
   */
  run<Call>(task: Task<Call>, call: Call, slices: number): void {
    if (slices > MAX_JOB_SLICES) {
      throw new ValueError({
        where: `parallel ${task.name} slices`,
        expected: `at most ${MAX_JOB_SLICES}`,
        received: String(slices),
      });
    }
    const { control, failure } = this.#memory;
    const start = performance.now();
    const job = openJob(control);
    try {
      this.#tell({ task: task.name, ...portable(call), slices, job, backend: currentBackend() });
      doSlices(control, { job, slices }, () => task.begin(call));
    } catch (error) {
      closeJob(control);
      this.#wait(start);
      throw error;
    }
    this.#wait(start);
    if (hasFailed(control)) throw readFailure(failure);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** One worker fewer than there are slices: the caller does one at least. Those that are far behind would not help. */
  #tell(message: JobMessage): void {
    this.#workers.slice(0, message.slices - 1).forEach((worker, index) => {
      const sent = this.#sent[index] ?? 0;
      if (waitingFor(this.#memory.control, index, sent) >= MOST_WAITING) return;
      worker.postMessage(message);
      this.#sent[index] = (sent + 1) | 0;
    });
  }

  #wait(start: number): void {
    const { milliseconds, timesOwnWork } = this.#patience;
    const limit = milliseconds + timesOwnWork * (performance.now() - start);
    if (waitForWorkers(this.#memory.control, limit)) return;
    throw new ThreadError({
      where: "threads",
      expected: "every worker to end its part of a job",
      received: `a worker that did not within ${(limit / 1000).toFixed(1)} s`,
      repair: "It died or hangs; the outputs of this call are not whole. Kernels go on with one thread.",
    });
  }
}
