/**
 * Runs of numbers that lie beside each other (AssemblyScript): their sums, extremes, normalisation and distances.
 * Sums are float64. A run may have any length: its last vector is masked in sums and written whole, so that behind a
 * run there must be room for 3 more numbers.
 */

export { distance_huber, distance_l1, distance_mse, distanceGradient, distances } from "./distances";
export { linesGradient, normalizeLines } from "./lines";
export { gradientSums, normalGradient, normalize, plainSum, squaredDistances } from "./normal";
export { addBlocks, addRows, sumColumns, extreme, extremeLines, sumLines } from "./sums";
