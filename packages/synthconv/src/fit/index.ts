export { concatSamples } from "./concat-samples.js";
export { crossValidate } from "./cross-validate.js";
/** Trains a look: fit, measure, record. */
export type { FitCondition, FitExample } from "./examples.js";
export { FIT_DEFAULTS, type FittedLook, fitLook, fitSteps, KNOB_LEARNING_RATE } from "./fit-look.js";
export type { FitOptions, FitTest } from "./fit-options.js";
export { type GreySource, greySourceOfLut, greySourceOfSamples } from "./grey-source.js";
export type { LookModel } from "./look-model.js";
export { measureLook } from "./measure.js";
export { type GreyRecord, measureGreys } from "./measure-greys.js";
export { type Extent, type KnobRecord, measureKnobs } from "./measure-knobs.js";
export { type ProtectedLook, type ProtectOptions, protectLook } from "./protect-look.js";
export { PROTECTIONS, type Protection } from "./protections.js";
export { FIT_QUALITIES, FIT_SIZE, type FitQuality, MAX_SIZE, MIN_SIZE } from "./quality.js";
export { type GreyRepairOptions, type RepairedLook, repairGreys } from "./repair-greys.js";
export { type ChartSamplingOptions, sampleChart } from "./sample-chart.js";
export { type LutSamplingOptions, latticeSamples, sampleLut } from "./sample-lut.js";
export { type PairSamplingOptions, type SampleSplit, samplePair } from "./sample-pair.js";
export type { ColourSamples } from "./samples.js";
