import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { kind, listOf, NUMBER, optional, repairedBy } from "../core/kinds.js";
import { formatShape, stridesOf } from "../core/shape.js";
import { rearrange } from "./rearrange.js";

/** `[start, end)` of one axis, `end` excluded; negative numbers count from the end. */
export type Range = readonly [start: number, end: number];

const NUMBERS = listOf(NUMBER, "numbers");
const RANGE = kind<Range>("a range", (value) => NUMBERS.accepts(value) && value.length === 2);
const RANGES = repairedBy(
  listOf(optional(RANGE), "a list of ranges [start, end], or undefined for the whole axis"),
  (value) =>
    NUMBERS.accepts(value) || typeof value === "number"
      ? "One range an axis: write slice(x, [[start, end]])."
      : undefined,
);

/**
 * The part of `x` inside the ranges, one an axis; an `undefined` or missing range takes the whole axis.
 * Every axis is kept, also where one entry remains.
 *
 * @throws {ValueError} when there are more ranges than axes, or a range lies outside its axis.
 */
export function slice(x: Tensor, ranges: readonly (Range | undefined)[]): Tensor {
  check("slice", "x", x, TENSOR);
  check("slice", "ranges", ranges, RANGES);
  if (ranges.length > x.rank) {
    throw new ValueError({
      where: "slice",
      expected: `at most ${x.rank} ranges for ${formatShape(x.shape)}`,
      received: String(ranges.length),
    });
  }
  const strides = stridesOf(x.shape);
  const bounds = x.shape.map((size, axis) => checkedRange(axis, size, ranges[axis]));
  const shape = bounds.map(([start, end]) => end - start);
  const offset = bounds.reduce((sum, [start], axis) => sum + start * (strides[axis] as number), 0);
  return rearrange("slice", x, { offset, steps: strides, view: shape, to: shape, settings: { bounds } });
}

function checkedRange(axis: number, size: number, range: Range | undefined): Range {
  if (range === undefined) return [0, size];
  const [start, end] = range.map((bound) => (bound < 0 ? bound + size : bound)) as [number, number];
  const areWhole = Number.isInteger(start) && Number.isInteger(end);
  if (areWhole && start >= 0 && start <= end && end <= size) return [start, end];
  throw new ValueError({
    where: `slice of axis ${axis}`,
    expected: `0 <= start <= end <= ${size} (or negative, from the end)`,
    received: formatShape(range),
  });
}
