/** What a network is recorded with: the inputs of its forward, at the sizes of the example and at others. */
import { Tensor } from "../autograd/tensor.js";
import { allocate } from "../core/float-array.js";
import { type Shape, sizeOf } from "../core/shape.js";

/** Rows of a table by their numbers, as `gather` takes them. */
export type Indices = readonly number[] | Int32Array;

/** A tensor or a list of indices among the arguments of a forward, perhaps in lists. */
export type Leaf = Tensor | Indices;

export function isIndices(value: unknown): value is Indices {
  if (value instanceof Int32Array) return true;
  return Array.isArray(value) && value.length > 0 && value.every((entry) => Number.isInteger(entry));
}

/** The arguments with another value in the place of each leaf; everything else stays. */
export function mapLeaves(inputs: readonly unknown[], replace: (leaf: Leaf) => Leaf): unknown[] {
  return inputs.map((value) => {
    if (value instanceof Tensor || isIndices(value)) return replace(value);
    return Array.isArray(value) ? mapLeaves(value, replace) : value;
  });
}

export function leavesOf(inputs: readonly unknown[]): Leaf[] {
  const found: Leaf[] = [];
  mapLeaves(inputs, (leaf) => {
    found.push(leaf);
    return leaf;
  });
  return found;
}

export function shapeOfLeaf(leaf: Leaf): Shape {
  return leaf instanceof Tensor ? leaf.shape : [leaf.length];
}

/**
 * The leaf in another shape, its numbers repeated. Variant 0 has them as they are; others have numbers of the same kind,
 * between 0 and those of the example, that are elsewhere: what a network reads off its inputs is another then.
 */
export function varied(leaf: Leaf, shape: Shape, variant: number): Leaf {
  if (!(leaf instanceof Tensor)) return variedIndices(leaf, shape[0] as number, variant);
  const data = allocate(leaf.dtype, sizeOf(shape));
  // 7 is coprime to the sizes of most images, so that no row stays what it was.
  for (let i = 0; i < data.length; i++) {
    const at = (sourceOf(i, shape, leaf.shape) + 7 * variant) % leaf.size;
    data[i] = (leaf.data[at] as number) * (variant === 0 ? 1 : 1 - shareOf(i + variant) / 4);
  }
  return new Tensor({ shape, data });
}

/** The same indices in another order; where all are equal others, which the example does not exceed. */
function variedIndices(indices: Indices, length: number, variant: number): Indices {
  const most = Array.from(indices).reduce((largest, index) => Math.max(largest, index));
  const areEqual = indices.every((index) => index === most);
  return Int32Array.from({ length }, (_, i) =>
    areEqual && most >= 0
      ? (most + variant) % (most + 1)
      : (indices[(i + variant) % indices.length] as number),
  );
}

/** Of entry `at` of `shape` the one of `from` that stands there, were it repeated. */
function sourceOf(at: number, shape: Shape, from: Shape): number {
  let [rest, result, step] = [at, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [size, own] = [shape[axis] as number, from[axis] as number];
    result += ((rest % size) % own) * step;
    rest = Math.floor(rest / size);
    step *= own;
  }
  return result;
}

/** From 0 to 1, another for each number (multiplicative hashing, Knuth). */
function shareOf(index: number): number {
  return ((index * 2654435761) >>> 0) / 2 ** 32;
}
