/** A worker: takes part in every job that it is told of. Memory and kernels are its own, as on any thread. */
import { setBackend } from "../backend.js";
import { writeFailure } from "./failure.js";
import { receive } from "./host.js";
import { type JobMessage, takePart } from "./job.js";
import { type TaskName, tasks } from "./tasks.js";

function work<Name extends TaskName>({ task, call, slices, backend, ...job }: JobMessage<Name>): void {
  const begin = (): ((slice: number) => void) => {
    setBackend(backend);
    return tasks[task](call);
  };
  takePart(job.control, slices, begin, (error) => writeFailure(job.failure, error));
}

receive((message) => work(message as JobMessage));
