/** Steps of optimizers. */
export { type AdamState, type AdamStep, adamStep } from "./adam.js";
