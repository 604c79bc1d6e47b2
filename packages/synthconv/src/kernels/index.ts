export { type LinearCall, linear } from "./dense/reference.js";
export * from "./pixel-network/index.js";
