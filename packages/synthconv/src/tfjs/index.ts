/** For networks that stay with TensorFlow.js. */
export { htmlReport, terminalReport } from "../doctor/report/index.js";
export { type DiagnoseTfjsOptions, diagnoseTfjs } from "./diagnose.js";
export { pixelNetworkTfjs, type TfjsPixelNetworkOptions } from "./pixel-network.js";
export type { TfjsPixelLayer } from "./pixel-network-plan.js";
export type { TensorFlow, TfjsOptimizer, TfjsScalar, TfjsTensor, TfjsVariable } from "./tensorflow.js";
export type { TfjsModel, TfjsVariables } from "./variables.js";
