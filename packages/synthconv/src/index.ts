/** The whole library: tensors and the tape, layers, generators, training, and looks. */
export * from "./autograd/index.js";
export type { DType, FloatArray } from "./core/float-array.js";
export {
  constantInitializer,
  type Initializer,
  kaimingInitializer,
  normalInitializer,
  torchInitializer,
  uniformInitializer,
} from "./core/initializers.js";
export { type RandomKey, RandomStream } from "./core/random.js";
export type { Shape } from "./core/shape.js";
export * from "./doctor/index.js";
export * from "./fit/index.js";
export type { GeneratedTensor, GeneratorInitialization, GeneratorSettings } from "./generator/index.js";
export * from "./hyper/index.js";
export { pixelLossNames } from "./kernels/pixel-network/index.js";
export * from "./look.js";
export * from "./nn/index.js";
export * from "./ops/index.js";
export * from "./train/index.js";
