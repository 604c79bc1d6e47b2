import { ShapeError, ValueError } from "../core/errors.js";
import { allocate, type DType, dtypeOf, type FloatArray } from "../core/float-array.js";
import type { RandomStream } from "../core/random.js";
import { checkShape, formatShape, type Shape, sizeOf } from "../core/shape.js";
import { provenance } from "./provenance.js";

/** One recorded operation: what `backward` walks from the loss to the leaves. */
export interface TapeNode {
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  /** `inputs[i].writes.count` when the operation ran: a later value means that its input was overwritten. */
  readonly writeCounts: readonly number[];
  /**
   * Gradients of the inputs from the gradient of the output; `undefined` where an input needs none.
   * Runs with the tape off.
   */
  readonly backward: (upstream: Tensor) => readonly (Tensor | undefined)[];
  /** True where the derivative is 0 for every input (round, sign): nothing before it can learn. */
  readonly zeroDerivative: boolean;
}

/**
 * Where a value comes from, kept also where the tape is off or was left by `detach`: it says that a number
 * was computed from something trainable even when no gradient can flow back any more.
 */
export interface History {
  /** The operation that made the value. */
  readonly operation: string;
  /** A trainable leaf that it was computed from. */
  readonly source: Tensor;
}

/** Number of in-place writes to a data array; shared by all tensors over the same array. */
export interface WriteCounter {
  count: number;
}

export interface TensorInit {
  readonly shape: Shape;
  readonly data: FloatArray;
  readonly requiresGrad?: boolean;
  readonly node?: TapeNode | undefined;
  readonly history?: History | undefined;
  readonly writes?: WriteCounter;
}

/**
 * A contiguous, row-major array of float32 or float64 numbers that remembers what it was computed from.
 *
 * Make one with `tensor`, `zeros`, `ones`, `full` or an operation. Treat `data` as read-only: the tape may
 * have saved it. Only optimizers and `Parameter.assign` write in place, and they count their writes.
 */
export class Tensor {
  readonly shape: Shape;
  readonly data: FloatArray;
  readonly node: TapeNode | undefined;
  readonly history: History | undefined;
  readonly writes: WriteCounter;
  /** The gradient that `backward` accumulated, for leaves that require one; same shape and dtype. */
  grad: Tensor | undefined;
  readonly #leafRequiresGrad: boolean;

  /** @throws {ShapeError} when the data does not fill the shape. */
  constructor({ shape, data, requiresGrad = false, node, history, writes = { count: 0 } }: TensorInit) {
    checkShape("Tensor", shape);
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError({
        where: "Tensor",
        expected: `${sizeOf(shape)} numbers for shape ${formatShape(shape)}`,
        received: `${data.length}`,
      });
    }
    this.shape = shape;
    this.data = data;
    this.node = node;
    this.history = history;
    this.writes = writes;
    this.#leafRequiresGrad = requiresGrad;
    provenance.observer?.created(this);
  }

  get dtype(): DType {
    return dtypeOf(this.data);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of entries. */
  get size(): number {
    return this.data.length;
  }

  /** True for a leaf that asks for a gradient and for everything recorded from one. */
  get requiresGrad(): boolean {
    return this.node !== undefined || this.#leafRequiresGrad;
  }

  /** What messages call this tensor; parameters answer with their dotted path. */
  get label(): string {
    return this.node === undefined ? "tensor" : `the output of ${this.node.operation}`;
  }

  /**
   * The only entry of a tensor of one entry, as a plain number (which carries no gradient).
   *
   * @throws {ShapeError} when there is not exactly one entry.
   */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError({
        where: "item",
        expected: "a tensor of one entry",
        received: `shape ${formatShape(this.shape)}`,
        repair: "Reduce it first: sum(x) or mean(x).",
      });
    }
    return this.data[0] as number;
  }

  /** The entries as nested plain arrays (a plain number for a scalar); they carry no gradient. */
  toArray(): NestedNumbers {
    let offset = 0;
    const read = (axis: number): NestedNumbers => {
      if (axis === this.rank) return this.data[offset++] as number;
      return Array.from({ length: this.shape[axis] as number }, () => read(axis + 1));
    };
    return read(0);
  }

  toString(): string {
    return `Tensor(${formatShape(this.shape)}, ${this.dtype})`;
  }
}

export type NestedNumbers = number | readonly NestedNumbers[];

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
