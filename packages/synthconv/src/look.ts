export * from "./colour/index.js";
