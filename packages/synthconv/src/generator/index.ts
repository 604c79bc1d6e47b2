/** Networks that write weights, free of the tape. Imports core/ and kernels/ alone. */
export type { GeneratorArithmetic, Shaped } from "./arithmetic.js";
export type { ChunkedSettings } from "./chunked.js";
export type { FilmSettings } from "./film.js";
export type { FreeSettings } from "./free.js";
export type { FullSettings } from "./full.js";
export {
  type GeneratorInitialization,
  type GeneratorStart,
  INITIALIZATION,
} from "./initialization.js";
export type { Generator, GeneratorSizes, ParameterSlice } from "./kind.js";
export {
  describeGenerator,
  type GeneratorKindName,
  type GeneratorSettings,
  generatorFields,
  generatorSettingsSchema,
} from "./kinds.js";
export type { LowRankSettings } from "./low-rank.js";
export type { MixtureSettings } from "./mixture.js";
export type { ModulationSettings } from "./modulation.js";
export {
  GENERATED_TENSORS,
  type GeneratedPlace,
  type GeneratedTensor,
  generatedSize,
  placeTensors,
} from "./places.js";
export { type PlainArray, plainArithmetic } from "./plain-arithmetic.js";
export { OUT, outside } from "./without-rest.js";
export type { WrittenStart } from "./written-start.js";
