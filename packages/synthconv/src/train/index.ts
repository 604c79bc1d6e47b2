/** Losses, optimizers, schedules, the loop, checkpoints. Imports core/, format/, autograd/, ops/ and nn/ alone. */
export { Adam, type AdamOptions, AdamW } from "./adam.js";
export { bceWithLogits } from "./binary-cross-entropy.js";
export {
  type Checkpoint,
  type RunParts,
  readCheckpoint,
  restoreCheckpoint,
  writeCheckpoint,
} from "./checkpoint.js";
export { clipGradientNorm, gradientNorm } from "./clip.js";
export { type CrossEntropyOptions, crossEntropy } from "./cross-entropy.js";
export type { HistoryRecord } from "./history-record.js";
export type { RunFacts } from "./kinds.js";
export { charbonnier, huber, l1, mse } from "./losses.js";
export { ExponentialMovingAverage, type MovingAverageOptions } from "./moving-average.js";
export { Optimizer } from "./optimizer.js";
export type { OptimizedParameters, ParameterGroup } from "./parameter-groups.js";
export { Plateau, type PlateauOptions } from "./plateau.js";
export { type Schedule, schedules } from "./schedule.js";
export { SGD, type SGDOptions } from "./sgd.js";
export { type SSIMOptions, ssim } from "./ssim.js";
export { type TrainResult, trainLoop } from "./train-loop.js";
export type { StepContext, TrainOptions, TrainProgress } from "./train-options.js";
export type { WatchedParameter, WatchedStep, WatchOptions } from "./watch.js";
