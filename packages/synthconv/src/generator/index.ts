/** Networks that write weights, free of the tape. Imports core/ and kernels/ alone. */
export {
  type GeneratorArithmetic,
  type PlainArray,
  plainArithmetic,
  type Shaped,
} from "./arithmetic.js";
export type { FullSettings } from "./full.js";
export {
  type GeneratorInitialization,
  type GeneratorStart,
  INITIALIZATION,
  type WrittenStart,
} from "./initialization.js";
export type { Generator, GeneratorSizes } from "./kind.js";
export {
  describeGenerator,
  type GeneratorKindName,
  type GeneratorSettings,
  generatorFields,
  generatorSettingsSchema,
} from "./kinds.js";
export {
  GENERATED_TENSORS,
  type GeneratedPlace,
  type GeneratedTensor,
  generatedSize,
  placeTensors,
} from "./places.js";
