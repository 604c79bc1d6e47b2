/** Runs of numbers that lie beside each other: sums, extremes, softmax, normalisation, distances. */
export { type DistanceName, prepareDistance } from "./distances.js";
export {
  type Groups,
  normalizationGradient,
  normalizeGroups,
  type Statistics,
  statisticsOf,
} from "./normal.js";
export { prepareSoftmax } from "./softmax.js";
export type { Lines, SoftmaxName } from "./softmax-lines.js";
export { ColumnSums, extremeOfRun, sumOfRun, sumOfSquaresOf } from "./sums.js";
