/** Modules that hold trained parameters. Imports core/, autograd/ and ops/ alone. */
export { GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh } from "./activations.js";
export { Conv2d, type Conv2dLayerOptions } from "./conv2d.js";
export { declareParameter } from "./declare-parameter.js";
export { Embedding } from "./embedding.js";
export { callWithValues, functionalCall, type Network, type ParameterValues } from "./functional-call.js";
export { Linear, type LinearOptions } from "./linear.js";
export { Module, type ParameterPlace, parameterPlaces, type Slot } from "./module.js";
export { type Layer, Sequential } from "./sequential.js";
export { stackParameters } from "./stack-parameters.js";
export type { StateEntry } from "./state-dict.js";
