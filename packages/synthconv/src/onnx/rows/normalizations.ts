/** Numbers less their mean, divided by their standard deviation. Gains and offsets are operations of their own. */
import type { Rows, Step } from "../step.js";

function normalized(step: Step, value: string, axes: readonly number[]): string {
  const mean = (of: string): string =>
    step.add("ReduceMean", [of], { axes: { ints: axes }, keepdims: { int: 1 } });
  const centred = step.add("Sub", [value, mean(value)]);
  const variance = mean(step.add("Mul", [centred, centred]));
  const steadied = step.add("Add", [variance, step.graph.scalar(step.setting<number>("epsilon"))]);
  return step.add("Div", [centred, step.add("Sqrt", [steadied])]);
}

function layerNorm(step: Step): string {
  const [rank, count] = [step.rank(0), step.setting<number>("axes")];
  return normalized(
    step,
    step.name(0),
    Array.from({ length: count }, (_, at) => rank - count + at),
  );
}

function batchNorm(step: Step): string {
  return normalized(
    step,
    step.name(0),
    Array.from({ length: step.rank(0) }, (_, axis) => axis).filter((axis) => axis !== 1),
  );
}

/** Groups of channels with all of their pixels. */
function groupNorm(step: Step): string {
  const groups = step.graph.reshape(step.name(0), [0, step.setting<number>("groups"), -1]);
  return step.add("Reshape", [normalized(step, groups, [2]), step.add("Shape", [step.name(0)])]);
}

export const NORMALIZATIONS: Rows = { layerNorm, batchNorm, groupNorm, instanceNorm: groupNorm };
