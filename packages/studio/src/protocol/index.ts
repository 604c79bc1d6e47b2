export { type Fault, type FromWorker, faultOf, type ToWorker } from "./messages.js";
export type { Answer, Ask, Engine, News, RequestName, Requests } from "./requests.js";
