export {
  type AskOptions,
  RequestError,
  StaleError,
  WorkerClient,
  WorkerFailedError,
  type WorkerPort,
} from "./worker-client.js";
