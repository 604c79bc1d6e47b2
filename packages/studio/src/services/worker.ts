/** The page's one worker. */
import { WorkerClient, type WorkerPort } from "../state/index.js";

export const worker: WorkerClient = new WorkerClient(
  // The bundler finds this form, and no other, and makes the worker a file of the site.
  () => new Worker(new URL("../worker/entry.ts", import.meta.url), { type: "module" }) as WorkerPort,
);
