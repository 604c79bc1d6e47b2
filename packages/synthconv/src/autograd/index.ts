export * from "./backward.js";
export * from "./gradient-check.js";
export * from "./non-finite.js";
export * from "./parameter.js";
export * from "./tape.js";
export * from "./tensor.js";
