/** A worker: takes part in every job that it is told of. Memory and kernels are its own, as on any thread. */
import { setBackend } from "../backend.js";
import { writeFailure } from "./failure.js";
import { receive } from "./host.js";
import { type JobMessage, type PoolMemory, takePart } from "./job.js";
import { type TaskName, tasks } from "./tasks.js";

function work<Name extends TaskName>({ control, failure }: PoolMemory, message: JobMessage<Name>): void {
  const begin = (): ((slice: number) => void) => {
    setBackend(message.backend);
    return tasks[message.task](message.call);
  };
  takePart(control, message, begin, (error) => writeFailure(failure, error));
}

receive<PoolMemory, JobMessage>(work);
