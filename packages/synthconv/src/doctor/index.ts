/** Finds out which parts of a network do not learn, and why. */
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
export type { Histogram, HistogramRecord } from "./histogram.js";
export {
  type HtmlReportOptions,
  htmlReport,
  type TerminalReportOptions,
  terminalReport,
} from "./report/index.js";
