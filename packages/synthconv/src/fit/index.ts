export { balanceSamples } from "./balance.js";
export type { FitExample } from "./example-feed.js";
export * from "./fit-look.js";
export * from "./hinges.js";
export * from "./look-model.js";
export * from "./measure.js";
export * from "./samples.js";
