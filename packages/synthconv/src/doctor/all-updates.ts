/** All parameters of a model together, step by step. */
import { sumOfSquares } from "../core/sums.js";
import type { ParameterSeries } from "./series.js";

/** The norm of each step's update over all parameters over that of their weights; 0 where there are none. */
export function updateRatios(steps: {
  readonly series: ReadonlyMap<string, ParameterSeries>;
  readonly losses: readonly number[];
}): number[] {
  const weights = weightNorms(steps);
  return steps.losses.map((_, step) => {
    let sum = 0;
    for (const { numbers } of steps.series.values()) {
      sum += ((numbers.updateRatio[step] ?? 0) * (numbers.weightNorm[step] ?? 0)) ** 2;
    }
    const weight = weights[step] ?? 0;
    return weight === 0 ? 0 : Math.sqrt(sum) / weight;
  });
}

/** The norm of all weights together, before each step's update. */
export function weightNorms({
  series,
  losses,
}: {
  readonly series: ReadonlyMap<string, ParameterSeries>;
  readonly losses: readonly number[];
}): number[] {
  return losses.map((_, step) =>
    Math.sqrt(
      sumOfSquares(Float64Array.from(series.values(), ({ numbers }) => numbers.weightNorm[step] ?? 0)),
    ),
  );
}
