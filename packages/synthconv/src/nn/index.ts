/** Modules that hold trained parameters. Imports core/, autograd/ and ops/ alone. */
import "./modes.js";

export { GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh } from "./activations.js";
export { ConvTranspose2d, type ConvTranspose2dLayerOptions } from "./conv-transpose2d.js";
export { Conv2d, type Conv2dLayerOptions } from "./conv2d.js";
export { declareParameter } from "./declare-parameter.js";
export { Dropout } from "./dropout.js";
export { Embedding } from "./embedding.js";
export { callWithValues, functionalCall, type Network, type ParameterValues } from "./functional-call.js";
export { Linear, type LinearOptions } from "./linear.js";
export type { StepKey } from "./modes.js";
export { isTraining } from "./modes.js";
export { Module, type ParameterPlace, parameterPlaces, type Slot, statePlaces } from "./module.js";
export {
  BatchNorm,
  type BatchNormLayerOptions,
  GroupNorm,
  InstanceNorm,
  LayerNorm,
  type NormLayerOptions,
} from "./normalization.js";
export { type Layer, Sequential } from "./sequential.js";
export { stackParameters } from "./stack-parameters.js";
export type { StateEntry } from "./state-dict.js";
