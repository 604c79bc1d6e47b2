/** Trains a look on colours before and after, measures it, and records both in it. */

export {
  type ColourSamples,
  concatSamples,
  FIT_DEFAULTS,
  type FitExample,
  type FitOptions,
  type FitTest,
  type FittedLook,
  fitLook,
  type GreyRecord,
  type GreyRepairOptions,
  type GreySource,
  greySourceOfLut,
  greySourceOfSamples,
  type LookModel,
  type LutSamplingOptions,
  latticeSamples,
  measureGreys,
  measureLook,
  type PairSamplingOptions,
  type PixelView,
  type RepairedLook,
  repairGreys,
  type SampleSplit,
  sampleLut,
  samplePair,
} from "./fit/index.js";
export { type PixelLossName, pixelLossNames } from "./kernels/index.js";
export type { ErrorRecord, Knob, Look, LookSchema, Settings, TrainingRecord } from "./look/index.js";
