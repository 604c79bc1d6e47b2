export * from "./adam.js";
export * from "./checkpoint.js";
export * from "./clip.js";
export * from "./losses.js";
export { Optimizer } from "./optimizer.js";
export * from "./schedule.js";
export * from "./sgd.js";
export * from "./train-loop.js";
export type { WatchedParameter, WatchedStep, WatchOptions } from "./watch.js";
