/** Sums, means and extremes over axes, and shares along one. */
import type { Row, Rows } from "../step.js";

/** @param axesAreInput whether the operator of set 17 takes the axes as an input or as an attribute. */
function reduction(name: string, axesAreInput: boolean): Row {
  return (step) => {
    const axes = step.setting<readonly number[]>("axes");
    // No axes would mean all of them.
    if (axes.length === 0) return step.name(0);
    const keepdims = { int: step.setting<boolean>("keepDims") ? 1 : 0 };
    const reduced = axesAreInput
      ? step.add(name, [step.name(0), step.graph.whole(axes)], { keepdims })
      : step.add(name, [step.name(0)], { axes: { ints: axes }, keepdims });
    const kept = step.setting<boolean>("keepDims") ? step.rank(0) : step.rank(0) - axes.length;
    return kept === step.sizes.length ? reduced : step.add("Reshape", [reduced, step.row(step.sizes)]);
  };
}

function along(name: string): Row {
  return (step) => step.add(name, [step.name(0)], { axis: { int: step.setting<number>("axis") } });
}

export const REDUCTIONS: Rows = {
  sum: reduction("ReduceSum", true),
  mean: reduction("ReduceMean", false),
  max: reduction("ReduceMax", false),
  min: reduction("ReduceMin", false),
  softmax: along("Softmax"),
  logSoftmax: along("LogSoftmax"),
};
