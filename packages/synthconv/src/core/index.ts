export * from "./arguments.js";
export { describeValue } from "./describe-value.js";
export * from "./errors.js";
export * from "./float-array.js";
export * from "./initializers.js";
export * from "./kinds.js";
export * from "./random.js";
export * from "./shape.js";
export * from "./sums.js";
