import { wrongKind } from "./arguments.js";
import { describeValue } from "./describe-value.js";
import { ShapeError, ValueError } from "./errors.js";
import type { FloatArray } from "./float-array.js";
import { ANY_FLOATS, type Kind, kind, listOf, NUMBER } from "./kinds.js";

/** Sizes of the axes, slowest first. `[]` is a scalar. */
export type Shape = readonly number[];

/** `[8,3,1,1]`: how messages write a shape. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

/** Number of entries of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const axis of shape) size *= axis;
  return size;
}

/** Steps, in entries, between neighbours along each axis of a contiguous tensor. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

const asList = (value: unknown): string | undefined =>
  Number.isSafeInteger(value) ? `Write [${value}].` : undefined;

/** Numbers that may still be no sizes: `checkShape` says which. */
export const SIZES: Kind<Shape> = listOf(NUMBER, "a shape, the list of its sizes", asList);

/** Asked for by every operation. */
export const SHAPE: Kind<Shape> = kind("a shape, a list of whole numbers of 0 or more", isShape, asList);

function isShape(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (let axis = 0; axis < value.length; axis++) {
    if (!Number.isSafeInteger(value[axis]) || value[axis] < 0) return false;
  }
  return true;
}

/** Numbers with a shape: a tensor, or what a reader of files returns. */
export const SHAPED: Kind<{ readonly shape: Shape; readonly data: FloatArray }> = kind(
  "a tensor, or { shape, data } with floats as data",
  (value) => {
    const { shape, data } = (value ?? {}) as { shape?: unknown; data?: unknown };
    return SHAPE.accepts(shape) && ANY_FLOATS.accepts(data);
  },
);

/**
 * @param where the function that complains, whose argument `shape` it is.
 * @throws {ValueError} when it is no list, or an axis is not a non-negative whole number.
 */
export function checkShape(where: string, shape: Shape): void {
  if (!SIZES.accepts(shape)) throw wrongKind(`${where} shape`, shape, SIZES);
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ValueError({
        where: `${where} shape`,
        expected: "every axis to be a whole number of 0 or more",
        received: formatShape(shape),
      });
    }
  }
}

/**
 * The axis counted from the front; negative axes count from the back as in NumPy and PyTorch.
 *
 * @throws {ValueError} when the axis does not exist.
 */
export function normalizeAxis(where: string, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ValueError({
    where,
    expected: rank === 0 ? "no axis (the tensor is a scalar)" : `an axis from ${-rank} to ${rank - 1}`,
    received: describeValue(axis),
  });
}

/**
 * The shape that two shapes broadcast to: aligned at the last axis, sizes equal or one of them 1.
 *
 * @throws {ShapeError} when they do not broadcast.
 */
export function broadcastShapes(where: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let fromBack = 1; fromBack <= rank; fromBack++) {
    const sizeA = a[a.length - fromBack] ?? 1;
    const sizeB = b[b.length - fromBack] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new ShapeError({
        where,
        expected: "shapes that broadcast (aligned at the last axis, equal or 1)",
        received: `${formatShape(a)} and ${formatShape(b)}`,
        repair: `Axis ${-fromBack} is ${sizeA} against ${sizeB}: reshape one of them.`,
      });
    }
    result[rank - fromBack] = sizeA === 1 ? sizeB : sizeA;
  }
  return result;
}
