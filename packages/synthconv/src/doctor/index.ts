/** Finds out which parts of a network do not learn, and why. */

export { type DiagnoseOptions, diagnose } from "./diagnose.js";
export type {
  Diagnosis,
  Fault,
  Finding,
  GraphEdge,
  GraphNode,
  HypernetworkDiagnosis,
  ParameterDiagnosis,
  ParameterNumbers,
  ParameterStatus,
  Place,
} from "./diagnosis.js";
export { DIAGNOSIS_VERSION } from "./diagnosis.js";
export { expectGradientFlow, GradientFlowError } from "./expect-gradient-flow.js";
export type { Histogram, HistogramRecord, MeasuredHistogram } from "./histogram.js";
export { measureHistogram } from "./histogram.js";
export type { ParameterFacts, ParameterHistory, WatchedHistory, WatchedRecord } from "./history-events.js";
export { HISTORY_VERSION } from "./history-events.js";
export { keepCallSites } from "./keep-call-sites.js";
export type { LossFunction } from "./observed-loss.js";
export {
  type HtmlReportOptions,
  htmlReport,
  type TerminalReportOptions,
  terminalReport,
} from "./report/index.js";
export { diagnoseRun, runHistograms } from "./run-diagnosis.js";
export { type RunHistory, tensorBoardFile, WatchRecorder } from "./run-history.js";
