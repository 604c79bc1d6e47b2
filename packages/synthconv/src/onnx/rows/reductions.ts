/** Sums, means and extremes over axes, and shares along one. */
import { addToAllButLargest } from "../../format/index.js";
import type { Sizes } from "../size-formula.js";
import type { GraphValue, Row, Rows, Step } from "../step.js";
import { indexList } from "./index-list.js";

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

/** What a mixture leaves out, as `outside` of the generators does. */
function withoutRest(step: Step): string {
  return addToAllButLargest(
    step.graph,
    step.name(0),
    step.setting<number>("kept"),
    step.setting<number>("out"),
  );
}

/** The mean of what the classes have, but for those that are ignored. */
function crossEntropy(step: Step): string {
  const { graph } = step;
  const logarithms = step.name(0);
  const sizes = (step.inputs[0] as GraphValue).sizes;
  const classes = step.fixed(0, 1);
  const shape = step.row(
    sizes.with(
      1,
      (sizes[0] as Sizes).map(() => 1),
    ),
  );
  const indices = step.add("Reshape", [indexList(step), shape]);
  const ignored = step.setting<number | undefined>("ignoreIndex");
  const isIgnored = ignored === undefined ? undefined : step.add("Equal", [indices, graph.whole([ignored])]);
  const known = isIgnored === undefined ? indices : step.add("Where", [isIgnored, graph.whole([0]), indices]);
  const smoothing = step.setting<number>("labelSmoothing");
  const chosen = step.add("GatherElements", [logarithms, known], { axis: { int: 1 } });
  const right = step.add("Mul", [chosen, graph.scalar(smoothing - 1)]);
  const all = step.add("ReduceSum", [logarithms, graph.whole([1])], { keepdims: { int: 1 } });
  const each =
    smoothing === 0
      ? right
      : step.add("Sub", [right, step.add("Mul", [all, graph.scalar(smoothing / classes)])]);
  if (isIgnored === undefined) return step.add("ReduceMean", [each], { keepdims: { int: 0 } });
  const counted = step.add("Where", [isIgnored, graph.scalar(0), graph.scalar(1)]);
  const total = (of: string): string => step.add("ReduceSum", [of], { keepdims: { int: 0 } });
  const kept = step.add("Where", [isIgnored, graph.scalar(0), each]);
  return step.add("Div", [total(kept), total(counted)]);
}

export const REDUCTIONS: Rows = {
  sum: reduction("ReduceSum", true),
  mean: reduction("ReduceMean", false),
  max: reduction("ReduceMax", false),
  min: reduction("ReduceMin", false),
  softmax: along("Softmax"),
  logSoftmax: along("LogSoftmax"),
  withoutRest,
  crossEntropy,
};
