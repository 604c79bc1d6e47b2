/** A fixed number of workers beside the thread that calls, and the jobs that they share. */
import { ThreadError } from "../../core/errors.js";
import { currentBackend } from "../backend.js";
import { FAILURE_BYTES, readFailure } from "./failure.js";
import type { HostWorker } from "./host.js";
import { doSlices, hasFailed, type JobMessage, newControl, stopJob, waitForWorkers } from "./job.js";
import { portable } from "./portable.js";
import { type TaskCalls, type TaskName, tasks } from "./tasks.js";

/**
 * A worker that holds a slice when the caller has run out of them is given up after this long and 10 times what
 * the caller itself worked on the job: a worker that lives is as fast as the caller, so it needs far less even
 * when many processes share the cores.
 */
const PATIENCE = { milliseconds: 30_000, timesOwnWork: 10 } as const;

export class ThreadPool {
  readonly #workers: readonly HostWorker[];
  readonly #failure = new Uint8Array(new SharedArrayBuffer(FAILURE_BYTES));
  readonly #patience: typeof PATIENCE | { readonly milliseconds: number; readonly timesOwnWork: number };

  constructor(
    workers: readonly HostWorker[],
    patience: { milliseconds: number; timesOwnWork: number } = PATIENCE,
  ) {
    this.#workers = workers;
    this.#patience = patience;
  }

  /** With the thread that calls. */
  get threads(): number {
    return this.#workers.length + 1;
  }

  /**
   * Does all slices of a call, on the workers and on this thread, and returns when all are done.
   *
   * @throws what a slice threw; the other slices may or may not have been done.
   * @throws {ThreadError} when a worker does not come to an end.
   */
  run<Name extends TaskName>(task: Name, call: TaskCalls[Name], slices: number): void {
    const control = newControl();
    const start = performance.now();
    try {
      this.#tell({ task, call, slices, control });
      doSlices(control, slices, () => tasks[task](call));
    } catch (error) {
      stopJob(control, slices);
      this.#wait(control, start);
      throw error;
    }
    this.#wait(control, start);
    if (hasFailed(control)) throw readFailure(this.#failure);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #tell<Name extends TaskName>(job: Pick<JobMessage<Name>, "task" | "call" | "slices" | "control">): void {
    const message: JobMessage<Name> = {
      ...job,
      call: portable(job.call),
      backend: currentBackend(),
      failure: this.#failure,
    };
    // The caller does one slice at least.
    for (const worker of this.#workers.slice(0, job.slices - 1)) worker.postMessage(message);
  }

  #wait(control: Int32Array, start: number): void {
    const { milliseconds, timesOwnWork } = this.#patience;
    const limit = milliseconds + timesOwnWork * (performance.now() - start);
    if (waitForWorkers(control, limit)) return;
    throw new ThreadError({
      where: "threads",
      expected: "every worker to end its part of a job",
      received: `none within ${Math.round(limit / 1000)} s`,
      repair:
        "A worker has died or hangs, and the job's outputs are not whole: call stopThreads and startThreads.",
    });
  }
}
