import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Contender } from "../harness/rounds.js";
import type { CeilingModules } from "./compile.js";
import { CEILINGS, type Ceiling, CONTROL } from "./jobs.js";
import type { WorkerSetup } from "./worker.js";

/** Threads that do the ceilings' work side by side; they sleep in between and cost nothing then. */
export class CeilingThreads {
  readonly count: number;
  readonly #control: Int32Array;
  readonly #workers: readonly Worker[];

  private constructor(control: Int32Array, workers: readonly Worker[]) {
    this.count = workers.length;
    this.#control = control;
    this.#workers = workers;
  }

  static async start(count: number, modules: CeilingModules, mostBytes: number): Promise<CeilingThreads> {
    const control = new SharedArrayBuffer(CONTROL.length * Int32Array.BYTES_PER_ELEMENT);
    const setup: WorkerSetup = { control, modules, mostBytes };
    const workers = Array.from(
      { length: count },
      () => new Worker(new URL("./worker.js", import.meta.url), { workerData: setup }),
    );
    await Promise.all(workers.map((worker) => once(worker, "message")));
    return new CeilingThreads(new Int32Array(control), workers);
  }

  /** @param bytes of one copy, all threads together. */
  contender(ceiling: Ceiling, bytes = 0): Contender {
    const share = Math.floor(bytes / this.count / 64) * 64;
    return {
      name: ceilingName(ceiling, this.count, bytes),
      run: (repeats) => {
        const start = performance.now();
        this.#order(CEILINGS.indexOf(ceiling), repeats, share);
        this.#wait();
        return performance.now() - start;
      },
    };
  }

  async stop(): Promise<void> {
    const exits = this.#workers.map((worker) => once(worker, "exit"));
    this.#order(-1, 0, 0);
    await Promise.all(exits);
  }

  #order(ceiling: number, repeats: number, bytes: number): void {
    const control = this.#control;
    control[CONTROL.ceiling] = ceiling;
    control[CONTROL.repeats] = repeats;
    control[CONTROL.bytes] = bytes;
    Atomics.store(control, CONTROL.finished, 0);
    Atomics.add(control, CONTROL.ticket, 1);
    Atomics.notify(control, CONTROL.ticket);
  }

  #wait(): void {
    for (let finished = 0; finished < this.count; finished = Atomics.load(this.#control, CONTROL.finished)) {
      Atomics.wait(this.#control, CONTROL.finished, finished);
    }
  }
}

export function ceilingName(ceiling: Ceiling, threads: number, bytes = 0): string {
  return `ceiling/${ceiling}${bytes === 0 ? "" : `/${bytes}`}/${threads}`;
}
