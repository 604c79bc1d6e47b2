/** Operations that move numbers and compute none. */
import type { Range } from "../../ops/index.js";
import { isConstant, type Sizes } from "../size-formula.js";
import type { GraphValue, Row, Rows, Step } from "../step.js";
import { indexList } from "./index-list.js";

/** Behind the end of any axis, and before its start. */
const END = 2 ** 53 - 1;

const isSame = (a: Sizes, b: Sizes | undefined): boolean => a.join() === b?.join();

/** Sizes that stay on their axes are copied, one is what is left, and only others are computed. */
function reshape(step: Step): string {
  const from = (step.inputs[0] as GraphValue).sizes;
  const to = step.sizes;
  if (to.length === from.length && to.every((sizes, axis) => isSame(sizes, from[axis]))) return step.name(0);
  const isStay = to.map((sizes, axis) => !isConstant(sizes) && isSame(sizes, from[axis]));
  const open = to.flatMap((sizes, axis) => (isConstant(sizes) || isStay[axis] ? [] : [axis]));
  const hasEmpty = to.some(([size]) => size === 0);
  if (open.length > 1 || hasEmpty) {
    return step.add("Reshape", [step.name(0), step.row(to)], { allowzero: { int: 1 } });
  }
  const target = to.map(([size], axis) => (isStay[axis] ? 0 : open.includes(axis) ? -1 : (size as number)));
  return step.graph.reshape(step.name(0), target);
}

function expand(step: Step): string {
  const from = (step.inputs[0] as GraphValue).sizes;
  const added = step.sizes.length - from.length;
  const ones = step.sizes.map(() => 1);
  const target = step.sizes.map((sizes, axis) =>
    isSame(sizes, from[axis - added]) ? sizes.map(() => ones[axis] as number) : sizes,
  );
  return step.add("Expand", [step.name(0), step.row(target)]);
}

/** Bounds from the end of an axis stay there at other sizes; others are computed. */
function slice(step: Step): string {
  const bounds = step.varying<readonly Range[]>("bounds");
  const from = (step.inputs[0] as GraphValue).sizes;
  const cuts = from.flatMap((sizes, axis) => {
    const side = (at: 0 | 1): Sizes => bounds.map((one) => one[axis]?.[at] as number);
    const [starts, ends] = [side(0), side(1)];
    if (starts.every((start) => start === 0) && isSame(ends, sizes)) return [];
    const start = bound(step, starts, sizes) ?? step.row([starts]);
    // By its length, which may be rounded otherwise than its start.
    const behind = (): string => step.add("Add", [start, step.row([step.sizes[axis] as Sizes])]);
    return [{ axis, start, end: bound(step, ends, sizes) ?? behind() }];
  });
  if (cuts.length === 0) return step.name(0);
  const joined = (names: readonly string[]): string =>
    names.length === 1 ? (names[0] as string) : step.add("Concat", names, { axis: { int: 0 } });
  return step.add("Slice", [
    step.name(0),
    joined(cuts.map(({ start }) => start)),
    joined(cuts.map(({ end }) => end)),
    step.graph.whole(cuts.map(({ axis }) => axis)),
  ]);
}

/** The same number in every run, from the start or from the end; undefined where it is neither. */
function bound(step: Step, bounds: Sizes, sizes: Sizes): string | undefined {
  if (isConstant(bounds)) return step.graph.whole([bounds[0] as number]);
  const fromEnd = bounds.map((one, run) => one - (sizes[run] as number));
  if (!isConstant(fromEnd)) return undefined;
  return step.graph.whole([fromEnd[0] === 0 ? END : (fromEnd[0] as number)]);
}

function flip(step: Step): string {
  const axes = step.setting<readonly number[]>("axes");
  if (axes.length === 0) return step.name(0);
  const each = (value: number): string => step.graph.whole(axes.map(() => value));
  return step.add("Slice", [step.name(0), each(-1), each(-END), step.graph.whole(axes), each(-1)]);
}

function concat(step: Step): string {
  const names = step.inputs.map(({ name }) => name);
  return step.add("Concat", names, { axis: { int: step.setting<number>("axis") } });
}

function transpose(step: Step): string {
  return step.add("Transpose", [step.name(0)], { perm: { ints: step.setting<readonly number[]>("order") } });
}

function gather(step: Step): string {
  const rank = (step.varying<readonly number[]>("shape")[0] as readonly number[]).length;
  const list = indexList(step);
  const indices = rank === 1 ? list : step.add("Reshape", [list, step.row(step.sizes.slice(0, rank))]);
  return step.add("Gather", [step.name(0), indices], { axis: { int: 0 } });
}

const pixelShuffle: Row = (step) =>
  step.add("DepthToSpace", [step.name(0)], {
    blocksize: { int: step.setting<number>("factor") },
    mode: { text: "CRD" },
  });

/** SpaceToDepth has the places within a block before the channels; here they come behind them. */
function pixelUnshuffle(step: Step): string {
  const [factor, channels] = [step.setting<number>("factor"), step.fixed(0, 1)];
  const blocks = step.add("SpaceToDepth", [step.name(0)], { blocksize: { int: factor } });
  const apart = step.graph.reshape(blocks, [0, factor ** 2, channels, -1]);
  const turned = step.add("Transpose", [apart], { perm: { ints: [0, 2, 1, 3] } });
  return step.add("Reshape", [turned, step.row(step.sizes)]);
}

const MODES = { constant: "constant", reflect: "reflect", replicate: "edge" } as const;

function pad(step: Step): string {
  const mode = step.setting<keyof typeof MODES | "circular">("mode");
  const sides = (["top", "left", "bottom", "right"] as const).map((side) => step.varying<number>(side));
  const [top, left, bottom, right] = sides as [Sizes, Sizes, Sizes, Sizes];
  if (mode === "circular") return wrapped(step);
  const none = top.map(() => 0);
  const pads = step.row([none, none, top, left, none, none, bottom, right]);
  const value = step.graph.scalar(step.setting<number>("value"));
  return step.add("Pad", [step.name(0), pads, value], { mode: { text: MODES[mode] } });
}

/** Set 17 has no mode for it: the other end is set beside the image. */
function wrapped(step: Step): string {
  const [top, left, bottom, right] = ["top", "left", "bottom", "right"].map((side) =>
    step.setting<number>(side),
  ) as [number, number, number, number];
  const around = (image: string, axis: number, before: number, after: number): string => {
    const part = (start: number, end: number): string[] => [
      step.add("Slice", [
        image,
        step.graph.whole([start]),
        step.graph.whole([end]),
        step.graph.whole([axis]),
      ]),
    ];
    const parts = [...(before > 0 ? part(-before, END) : []), image, ...(after > 0 ? part(0, after) : [])];
    return parts.length === 1 ? image : step.add("Concat", parts, { axis: { int: axis } });
  };
  return around(around(step.name(0), 2, top, bottom), 3, left, right);
}

export const MOVES: Rows = {
  reshape,
  expand,
  slice,
  flip,
  concat,
  transpose,
  gather,
  pixelShuffle,
  pixelUnshuffle,
  pad,
};
