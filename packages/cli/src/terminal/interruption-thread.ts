/** Says, when it is told to, that a command was interrupted. Its data are a `ThreadData`. */
import { parentPort, workerData } from "node:worker_threads";
import { InterruptedError } from "../frame/failure.js";
import type { SayInterrupted, ThreadData } from "./messages.js";
import { reportFailure } from "./report-failure.js";

const { args, facts } = workerData as ThreadData;

parentPort?.once("message", ({ withDocument }: SayInterrupted) => {
  reportFailure(new InterruptedError(), args, facts, withDocument);
});
