/** Tensors from numbers. */
import { ShapeError, ValueError } from "../core/errors.js";
import { allocate, type DType, dtypeOf, type FloatArray } from "../core/float-array.js";
import type { RandomStream } from "../core/random.js";
import { checkShape, formatShape, type Shape, sizeOf } from "../core/shape.js";
import { type NestedNumbers, Tensor } from "./tensor.js";

export interface CreationOptions {
  /** Default float32. */
  readonly dtype?: DType;
  /** Ask for the gradient of this leaf (an image, say). Trainable weights are `Parameter`s instead. */
  readonly requiresGrad?: boolean;
}

/**
 * A tensor from nested arrays, from a typed array (copied) with a shape, or from a number.
 *
 * @throws {ShapeError} when nested arrays are ragged or the data does not fill the shape.
 */
export function tensor(
  values: NestedNumbers | FloatArray,
  options: CreationOptions & { readonly shape?: Shape } = {},
): Tensor {
  const isTyped = values instanceof Float32Array || values instanceof Float64Array;
  const dtype = options.dtype ?? (isTyped ? dtypeOf(values) : "float32");
  const requiresGrad = options.requiresGrad ?? false;
  if (isTyped) {
    const data = allocate(dtype, values.length);
    data.set(values);
    return new Tensor({ shape: options.shape ?? [values.length], data, requiresGrad });
  }
  const shape = nestedShape(values);
  const data = allocate(dtype, sizeOf(shape));
  fillNested(values, shape, 0, data, 0);
  return new Tensor({ shape: options.shape ?? shape, data, requiresGrad });
}

/** A tensor in which every entry is `value`. */
export function full(shape: Shape, value: number, options: CreationOptions = {}): Tensor {
  checkShape("full", shape);
  const data = allocate(options.dtype ?? "float32", sizeOf(shape)).fill(value);
  return new Tensor({ shape, data, requiresGrad: options.requiresGrad ?? false });
}

export function zeros(shape: Shape, options: CreationOptions = {}): Tensor {
  return full(shape, 0, options);
}

export function ones(shape: Shape, options: CreationOptions = {}): Tensor {
  return full(shape, 1, options);
}

/** A tensor of numbers uniform in [0, 1), drawn from `random` in row-major order. */
export function randomUniform(shape: Shape, random: RandomStream, options: CreationOptions = {}): Tensor {
  const drawn = full(shape, 0, options);
  for (let i = 0; i < drawn.size; i++) drawn.data[i] = random.uniform();
  return drawn;
}

function nestedShape(values: NestedNumbers): number[] {
  // Anything but an array ends the shape; what is not a number either is refused when it is read.
  if (!Array.isArray(values)) return [];
  const first: NestedNumbers | undefined = values[0];
  return [values.length, ...(first === undefined ? [] : nestedShape(first))];
}

function fillNested(
  values: NestedNumbers,
  shape: Shape,
  axis: number,
  out: FloatArray,
  start: number,
): number {
  if (typeof values === "number") {
    if (axis !== shape.length) throw ragged(shape);
    out[start] = values;
    return start + 1;
  }
  if (!Array.isArray(values)) {
    throw new ValueError({
      where: "tensor",
      expected: "numbers or nested arrays of numbers",
      received: String(values),
    });
  }
  if (values.length !== shape[axis]) throw ragged(shape);
  let offset = start;
  for (const inner of values) offset = fillNested(inner as NestedNumbers, shape, axis + 1, out, offset);
  return offset;
}

function ragged(shape: Shape): ShapeError {
  return new ShapeError({
    where: "tensor",
    expected: `nested arrays that fill ${formatShape(shape)}, the shape of their first entries`,
    received: "arrays of different lengths",
  });
}
