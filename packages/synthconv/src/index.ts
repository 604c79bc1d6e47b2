export * from "./autograd/index.js";
export * from "./core/index.js";
export * from "./ops/index.js";
