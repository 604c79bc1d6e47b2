/** The whole library: tensors and the tape, layers, generators, training, and looks. */
export * from "./autograd/index.js";
export * from "./colour/index.js";
export * from "./core/index.js";
export * from "./fit/index.js";
export * from "./format/index.js";
export * from "./hyper/index.js";
export * from "./look/index.js";
export * from "./nn/index.js";
export * from "./ops/index.js";
export * from "./train/index.js";
