/** Runs of numbers that lie beside each other: sums, extremes, softmax, normalisation, distances. */
export { ColumnSums, sumsOfColumns } from "./column-sums.js";
export { type DistanceName, prepareDistance } from "./distances.js";
export { extremesOfLines, sumsOfLines } from "./line-sums.js";
export { type NormLines, prepareNormLines } from "./lines.js";
export {
  areRunsCovered,
  type Groups,
  normalizationGradient,
  normalizeGroups,
  type RunGains,
  type Statistics,
  statisticsOf,
} from "./normal.js";
export { prepareSoftmax } from "./softmax.js";
export type { Lines, SoftmaxName } from "./softmax-lines.js";
export { extremeOfRun, sumOfRun, sumOfSquaresOf } from "./sums.js";
