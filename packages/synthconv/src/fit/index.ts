/** Trains a look: fit, measure, record. */
export type { FitExample } from "./example-feed.js";
export { FIT_DEFAULTS, type FitOptions, type FitTest, type FittedLook, fitLook } from "./fit-look.js";
export type { LookModel } from "./look-model.js";
export { measureLook } from "./measure.js";
export {
  type ColourSamples,
  concatSamples,
  latticeSamples,
  type PairSamplingOptions,
  type PixelView,
  type SampleSplit,
  sampleLut,
  samplePair,
} from "./samples.js";
