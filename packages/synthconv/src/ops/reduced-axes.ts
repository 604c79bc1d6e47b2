import { TENSOR } from "../autograd/kinds.js";
import type { OperationSettings } from "../autograd/recorded.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { BOOLEAN, either, type Kind, listOf, NUMBER, optional } from "../core/kinds.js";
import { formatShape, normalizeAxis } from "../core/shape.js";

export interface ReduceOptions {
  /** One axis, negative from the end. */
  readonly axis?: number;
  /** One axis or several; all of them when neither this nor `axis` is given. */
  readonly axes?: Axes;
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepDims?: boolean;
}

/** One axis or several, negative ones from the end. */
export type Axes = number | readonly number[];

export const AXES: Kind<Axes> = either(NUMBER, listOf(NUMBER, "numbers"), "an axis, or a list of axes");
const REDUCE_OPTIONS: Fields<ReduceOptions> = {
  axis: optional(NUMBER),
  axes: optional(AXES),
  keepDims: optional(BOOLEAN),
};

/** The result's shape with the reduced axes kept as 1, and as it is returned; what is recorded of both. */
export function reducedShapes(
  operation: string,
  x: Tensor,
  options: ReduceOptions,
): { kept: number[]; shape: number[]; settings: OperationSettings } {
  check(operation, "x", x, TENSOR);
  checkOptions(operation, options, REDUCE_OPTIONS, {
    repair: (value) =>
      AXES.accepts(value) ? `Write ${operation}(x, { axes: ${describeValue(value)} }).` : undefined,
    unknown: (name) =>
      /^dims?$/.test(name) ? "Write { axis } for one axis, { axes } for several." : undefined,
  });
  const { axis, keepDims = false } = options;
  if (axis !== undefined && options.axes !== undefined) {
    throw new ValueError({
      where: operation,
      expected: "either axis or axes",
      received: "both",
      repair: "Write axis for one, axes for several.",
    });
  }
  const axes = axis ?? options.axes;
  const { shape } = x;
  const reduced = normalizedAxes(`${operation} axes`, axes ?? [...shape.keys()], shape.length);
  const kept = shape.map((size, axis) => (reduced.has(axis) ? 1 : size));
  return {
    kept,
    shape: keepDims ? kept : shape.filter((_, axis) => !reduced.has(axis)),
    settings: { axes: [...reduced].sort((a, b) => a - b), keepDims },
  };
}

/**
 * The axes counted from the front.
 *
 * @throws {ValueError} when one does not exist or is given twice.
 */
export function normalizedAxes(where: string, axes: Axes, rank: number): Set<number> {
  const found = new Set<number>();
  for (const axis of typeof axes === "number" ? [axes] : axes) {
    const fromFront = normalizeAxis(where, axis, rank);
    if (found.has(fromFront)) {
      throw new ValueError({
        where,
        expected: "each axis once",
        received: `axis ${fromFront} twice in ${formatShape(axes as readonly number[])}`,
      });
    }
    found.add(fromFront);
  }
  return found;
}
