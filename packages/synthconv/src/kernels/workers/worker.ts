/**
 * The workers' entry: takes part in every job whose message comes. It alone imports all tasks; memory and kernels are
 * its own, as on any thread.
 */
import { collectSharedMemory, countSharedBytes } from "../../core/index.js";
import { setBackend } from "../base/backend.js";
import { convolutionTasks } from "../convolution/tasks.js";
import { planesTask } from "../interleaved/planar.js";
import { applyTask } from "../interleaved/run.js";
import { pixelNetworkTasks } from "../pixel-network/tasks.js";
import { productTask } from "../product/tasks.js";
import { writeFailure } from "../threads/failure.js";
import { type JobMessage, noteTaken, takePart, type WorkerSetup } from "../threads/job.js";
import type { Task } from "../threads/task.js";
import { yCbCrTask } from "../ycbcr/run.js";
import { receive } from "./host.js";

const tasks: readonly Task<never>[] = [
  ...pixelNetworkTasks,
  ...convolutionTasks,
  productTask,
  applyTask,
  planesTask,
  yCbCrTask,
];
const taskOfName: ReadonlyMap<string, Task<never>> = new Map(tasks.map((task) => [task.name, task]));

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

function work({ control, failure, worker }: WorkerSetup, message: JobMessage): void {
  noteTaken(control, worker);
  const begin = (): ((slice: number) => void) => {
    setBackend(message.backend);
    const task = taskOfName.get(message.task);
    if (task === undefined) throw new Error(`worker.ts imports no task of the name ${message.task}`);
    return task.begin(message.call as never);
  };
  takePart(control, message, begin, (error) => writeFailure(failure, error));
  // The caller does not wait for it: a collection here costs it nothing.
  countSharedBytes(message.newBytes);
  jobs++;
  collectWhenIdle();
}

receive(work);
