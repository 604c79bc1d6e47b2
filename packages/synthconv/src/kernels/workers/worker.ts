/**
 * The workers' entry: takes part in every job whose message comes. It alone knows all tasks; memory and kernels are
 * its own, as on any thread.
 */
import { collectSharedMemory, countSharedBytes } from "../../core/index.js";
import { setBackend } from "../base/backend.js";
import { planesTask } from "../interleaved/planar.js";
import { applyTask } from "../interleaved/run.js";
import { pixelNetworkTasks } from "../pixel-network/tasks.js";
import { productTask } from "../product/tasks.js";
import { writeFailure } from "../threads/failure.js";
import { type JobMessage, noteTaken, takePart, type WorkerSetup } from "../threads/job.js";
import type { Task } from "../threads/task.js";
import { receive } from "./host.js";

/** Name -> task, of those whose code is here. */
const taskOfName = new Map<string, Task<never>>();
know([...pixelNetworkTasks, productTask, applyTask, planesTask]);

const convolutionTasks = async () => (await import("../convolution/tasks.js")).convolutionTasks;
/**
 * Name -> what fetches its code at the first job of it: half of the code of a worker, which looks on photos never run. The
 * caller and the threads that have it do that job meanwhile.
 */
const fetchedLater: ReadonlyMap<string, () => Promise<readonly Task<never>[]>> = new Map([
  ["convolve", convolutionTasks],
  ["convolveImageGradient", convolutionTasks],
  ["convolveWeightGradient", convolutionTasks],
  ["applyPixelNetworkToYCbCr", async () => [(await import("../ycbcr/run.js")).yCbCrTask]],
]);

function know(tasks: readonly Task<never>[]): void {
  for (const task of tasks) taskOfName.set(task.name, task);
}

/** Without a job for this long a worker lets go of what the last ones brought. */
const IDLE_MS = 1000;

let jobs = 0;
let isWatching = false;

/** One timer at a time: jobs come by the thousand per second. */
function collectWhenIdle(): void {
  if (isWatching) return;
  isWatching = true;
  const jobsBefore = jobs;
  setTimeout(() => {
    isWatching = false;
    if (jobs === jobsBefore) collectSharedMemory();
    else collectWhenIdle();
  }, IDLE_MS);
}

async function work(setup: WorkerSetup, message: JobMessage): Promise<void> {
  noteTaken(setup.control, setup.worker);
  let obstacle: unknown;
  if (!taskOfName.has(message.task)) {
    try {
      know((await fetchedLater.get(message.task)?.()) ?? []);
    } catch (error) {
      // The job fails as one whose slice fails.
      obstacle = error;
    }
  }
  const begin = (): ((slice: number) => void) => {
    setBackend(message.backend);
    const task = taskOfName.get(message.task);
    if (task === undefined) {
      throw obstacle ?? new Error(`worker.ts imports no task of the name ${message.task}`);
    }
    return task.begin(message.call as never);
  };
  takePart(setup.control, message, begin, (error) => writeFailure(setup.failure, error));
  // The caller does not wait for it: a collection here costs it nothing.
  countSharedBytes(message.newBytes);
  jobs++;
  collectWhenIdle();
}

receive((setup: WorkerSetup, message: JobMessage) => void work(setup, message));
