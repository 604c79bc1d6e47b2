/** Runs of numbers that lie beside each other: sums, extremes, softmax, normalisation, distances. */
export { type DistanceName, prepareDistance } from "./distances.js";
export {
  type Groups,
  normalizationGradient,
  normalizeGroups,
  type Statistics,
  statisticsOf,
} from "./normal.js";
export { type Lines, prepareSoftmax, type SoftmaxName } from "./softmax.js";
export { ColumnSums, extremeOfRun, sumOfRun } from "./sums.js";
