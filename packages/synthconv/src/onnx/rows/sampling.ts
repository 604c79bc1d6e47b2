/** Pooling, and images at other pixels. */
import type { OnnxAttribute } from "../../format/index.js";
import type { Rows, Step } from "../step.js";

type Both = readonly [number, number];

function windowOf(step: Step): Record<string, OnnxAttribute> {
  const [vertical, horizontal] = step.setting<Both>("padding");
  return {
    kernel_shape: { ints: step.setting<Both>("kernel") },
    strides: { ints: step.setting<Both>("stride") },
    pads: { ints: [vertical, horizontal, vertical, horizontal] },
  };
}

function maxPool2d(step: Step): string {
  const dilations = { ints: step.setting<Both>("dilation") };
  return step.add("MaxPool", [step.name(0)], { ...windowOf(step), dilations });
}

function averagePool2d(step: Step): string {
  return step.add("AveragePool", [step.name(0)], { ...windowOf(step), count_include_pad: { int: 1 } });
}

const MODES = { bilinear: "linear", bicubic: "cubic" } as const;

function resize(step: Step): string {
  const mode = step.setting<keyof typeof MODES | "nearest">("mode");
  if (mode === "nearest") return nearest(step, nearest(step, step.name(0), 2), 3);
  const coordinates = step.setting<boolean>("alignCorners") ? "align_corners" : "half_pixel";
  return step.add("Resize", [step.name(0), "", "", step.row(step.sizes)], {
    mode: { text: MODES[mode] },
    coordinate_transformation_mode: { text: coordinates },
    cubic_coeff_a: { float: -0.75 },
  });
}

/** Entry floor(i input / output) for entry i, in whole numbers: Resize divides in float32, and may miss by one. */
function nearest(step: Step, image: string, axis: number): string {
  const { graph } = step;
  const [output, input] = [step.row([step.sizes[axis] as readonly number[]]), inputSize(step, axis)];
  const scalar = (value: string): string => step.add("Reshape", [value, graph.whole([])]);
  const entries = step.add("Range", [scalar(graph.whole([0])), scalar(output), scalar(graph.whole([1]))]);
  const sources = step.add("Div", [step.add("Mul", [entries, input]), output]);
  return step.add("Gather", [image, sources], { axis: { int: axis } });
}

function inputSize(step: Step, axis: number): string {
  return step.add("Shape", [step.name(0)], { start: { int: axis }, end: { int: axis + 1 } });
}

function gridSample(step: Step): string {
  return step.add("GridSample", [step.name(0), step.name(1)], {
    mode: { text: step.setting<string>("mode") },
    padding_mode: { text: step.setting<string>("paddingMode") },
    align_corners: { int: step.setting<boolean>("alignCorners") ? 1 : 0 },
  });
}

/** What a query must not look at, right of the diagonal, is -Infinity. */
function causalMask(step: Step): string {
  const scores = step.name(0);
  const sides = step.add("Shape", [scores], { start: { int: -2 } });
  const ones = step.add("Expand", [step.graph.scalar(1), sides]);
  const seen = step.add("Trilu", [ones], { upper: { int: 0 } });
  const isHidden = step.add("Equal", [seen, step.graph.scalar(0)]);
  return step.add("Where", [isHidden, step.graph.scalar(Number.NEGATIVE_INFINITY), scores]);
}

export const SAMPLING: Rows = { maxPool2d, averagePool2d, resize, gridSample, causalMask };
