export * from "./diagnosis.js";
export type { Histogram, HistogramRecord } from "./histogram.js";
