export * from "./errors.js";
export * from "./float-array.js";
export * from "./random.js";
export * from "./shape.js";
