export {
  type Charts,
  type LossPoint,
  type MeasuredPoint,
  NO_CHARTS,
  type Ridge,
  type RidgeSlice,
} from "./charts.js";
export { Keeper } from "./keeper.js";
export { MAX_CORNERS, type Pad, padOf, sharesOf } from "./pad.js";
export {
  AMOUNT_KNOB,
  AS_IT_IS,
  DEFAULT_SETTINGS,
  emptyLook,
  type Learned,
  type LookState,
  lookAskOf,
  NOTHING_LEARNED,
  type Phase,
  Session,
  type SessionRecord,
} from "./session.js";
export { type KeptLook, Store } from "./store.js";
export { Training } from "./training.js";
export {
  type AskOptions,
  RequestError,
  StaleError,
  WorkerClient,
  WorkerFailedError,
  type WorkerPort,
} from "./worker-client.js";
