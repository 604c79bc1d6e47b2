/** Tensors from numbers. */
import { check, checkOptions, type Fields, wrongKind } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { allocate, DTYPE, type DType, dtypeOf, type FloatArray } from "../core/float-array.js";
import { ANY_FLOATS, BOOLEAN, kind, NUMBER, optional } from "../core/kinds.js";
import { RANDOM, type RandomStream } from "../core/random.js";
import { checkShape, formatShape, SHAPE, type Shape, sizeOf } from "../core/shape.js";
import type { NestedNumbers } from "./recorded.js";
import { Tensor } from "./tensor.js";

export interface CreationOptions {
  /** Default float32. */
  readonly dtype?: DType;
  /** Ask for the gradient of this leaf (an image, say). Trainable weights are `Parameter`s instead. */
  readonly requiresGrad?: boolean;
}

export interface TensorOptions extends CreationOptions {
  /** Default: as the values are nested; one axis for a typed array. */
  readonly shape?: Shape;
}

const CREATION: Fields<CreationOptions> = { dtype: optional(DTYPE), requiresGrad: optional(BOOLEAN) };
const TENSOR_OPTIONS: Fields<TensorOptions> = { ...CREATION, shape: optional(SHAPE) };

const VALUES = kind<NestedNumbers | FloatArray>(
  "numbers, nested arrays of numbers, or a Float32Array or Float64Array",
  () => false,
  (value) => (ArrayBuffer.isView(value) ? "Write tensor(Float32Array.from(values), { shape })." : undefined),
);

/**
 * A tensor from nested arrays, from a typed array (copied) with a shape, or from a number.
 *
 * @throws {ShapeError} when nested arrays are ragged or the data does not fill the shape.
 * @throws {ValueError} when there is something else than numbers.
 */
export function tensor(values: NestedNumbers | FloatArray, options: TensorOptions = {}): Tensor {
  checkOptions("tensor", options, TENSOR_OPTIONS, { repair: asShape });
  const { requiresGrad = false } = options;
  if (ANY_FLOATS.accepts(values)) {
    const { dtype = dtypeOf(values), shape = [values.length] } = options;
    const data = allocate(dtype, values.length);
    data.set(values);
    return new Tensor({ shape, data, requiresGrad });
  }
  const nested = nestedShape(values);
  const { dtype = "float32", shape = nested } = options;
  const data = allocate(dtype, sizeOf(nested));
  fillNested(values, nested, 0, data, 0);
  return new Tensor({ shape, data, requiresGrad });
}

function asShape(value: unknown): string | undefined {
  return SHAPE.accepts(value) ? `Write tensor(values, { shape: ${formatShape(value)} }).` : undefined;
}

/**
 * A tensor in which every entry is `value`.
 *
 * @throws {ValueError} when a size is negative or not whole.
 */
export function full(shape: Shape, value: number, options: CreationOptions = {}): Tensor {
  check("full", "value", value, NUMBER);
  return filled("full", shape, value, options);
}

/** As `full` with 0. */
export function zeros(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled("zeros", shape, 0, options);
}

/** As `full` with 1. */
export function ones(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled("ones", shape, 1, options);
}

function filled(where: string, shape: Shape, value: number, options: CreationOptions = {}): Tensor {
  checkShape(where, shape);
  checkOptions(where, options, CREATION);
  const { dtype = "float32", requiresGrad = false } = options;
  return new Tensor({ shape, data: allocate(dtype, sizeOf(shape)).fill(value), requiresGrad });
}

/** A tensor of numbers uniform in [0, 1), drawn from `random` in row-major order. */
export function randomUniform(shape: Shape, random: RandomStream, options: CreationOptions = {}): Tensor {
  check("randomUniform", "random", random, RANDOM);
  const drawn = filled("randomUniform", shape, 0, options);
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
    throw wrongKind("tensor values", values, VALUES);
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
