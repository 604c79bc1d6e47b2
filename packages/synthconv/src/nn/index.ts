/** Modules that hold trained parameters. Imports core/, autograd/ and ops/ alone. */
export * from "./activations.js";
export { Conv2d, type Conv2dLayerOptions } from "./conv2d.js";
export { Embedding } from "./embedding.js";
export {
  constantInitializer,
  declareParameter,
  type Initializer,
  kaimingInitializer,
  normalInitializer,
  torchInitializer,
  uniformInitializer,
} from "./initialization.js";
export { Linear, type LinearOptions } from "./linear.js";
export { Module, type Slot } from "./module.js";
export { type Layer, Sequential } from "./sequential.js";
export type { StateEntry } from "./state-dict.js";
