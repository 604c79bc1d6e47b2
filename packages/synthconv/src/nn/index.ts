export * from "./initialisation.js";
export { Module } from "./module.js";
export type { StateEntry } from "./state-dict.js";
