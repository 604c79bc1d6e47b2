import { checkMemory, checkSameDType, TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { type FloatArray, toDType } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { broadcastShapes, formatShape, type Shape, sizeOf } from "../core/shape.js";
import {
  addProduct,
  allocateSums,
  areSmall,
  multiplySmall,
  type SmallProducts,
} from "../kernels/product/index.js";
import { sumToShape } from "./expand.js";
import { gradientFor } from "./result.js";
import { transpose } from "./shape-ops.js";
import { broadcastStrides, forEachRow } from "./strided.js";

/**
 * Matrix product over the last two axes: `[...,M,K]` and `[...,K,N]` give `[...,M,N]`; the axes before them
 * are a batch and broadcast. Long sums accumulate in float64.
 *
 * @throws {ShapeError} when an input is not at least a matrix, K differs, the batch axes do not broadcast, or
 *   the numbers of an input were transferred away.
 * @throws {ValueError} when one is float32 and the other float64.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkMatrices(a, b);
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1) as number;
  const batch = broadcastShapes("matmul batch axes", a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  const pairs = matrixPairs(batch, a.shape, b.shape);
  const size = { rows, columns, inner };
  const count = pairs.length;
  // Without broadcasting every matrix is in one product.
  const isOneByOne = a.size === count * rows * inner && b.size === count * inner * columns;
  const forward = (): FloatArray => {
    if (isOneByOne && areSmall(size, count, numbersOf(a)))
      return small({ ...size, count, a: numbersOf(a), b: numbersOf(b) });
    const out = allocateSums(sizeOf(shape), size, numbersOf(a), 1);
    pairs.forEach(([ofA, ofB], index) => {
      addProduct({
        ...size,
        a: matrixOf(numbersOf(a), ofA, rows * inner),
        b: matrixOf(numbersOf(b), ofB, inner * columns),
        out: matrixOf(out, index, rows * columns),
        isFresh: true,
      });
    });
    return out;
  };

  const gradientA = (upstream: FloatArray): Tensor => {
    const size = { rows, columns: inner, inner: columns };
    if (isOneByOne && areSmall(size, count, upstream)) {
      return gradientFor(a, small({ ...size, count, a: upstream, b: numbersOf(b), transposed: "b" }));
    }
    const perEntry = (pairs.length * rows * inner) / a.size;
    const gradient = allocateSums(a.size, size, numbersOf(a), perEntry);
    pairs.forEach(([ofA, ofB], index) => {
      addProduct({
        ...size,
        a: matrixOf(upstream, index, rows * columns),
        b: matrixOf(numbersOf(b), ofB, inner * columns),
        transposed: "b",
        out: matrixOf(gradient, ofA, rows * inner),
        isFresh: perEntry === 1,
      });
    });
    return gradientFor(a, gradient);
  };
  const gradientB = (upstream: FloatArray): Tensor => {
    const size = { rows: inner, columns, inner: rows };
    if (isOneByOne && areSmall(size, count, upstream)) {
      return gradientFor(b, small({ ...size, count, a: numbersOf(a), b: upstream, transposed: "a" }));
    }
    const perEntry = (pairs.length * inner * columns) / b.size;
    const gradient = allocateSums(b.size, size, numbersOf(b), perEntry);
    pairs.forEach(([ofA, ofB], index) => {
      addProduct({
        ...size,
        a: matrixOf(numbersOf(a), ofA, rows * inner),
        b: matrixOf(upstream, index, rows * columns),
        transposed: "a",
        out: matrixOf(gradient, ofB, inner * columns),
        isFresh: perEntry === 1,
      });
    });
    return gradientFor(b, gradient);
  };
  return record({
    operation: "matmul",
    inputs: [a, b],
    shape,
    data: toDType(forward(), a.dtype),
    derivative: (upstream) => [
      a.requiresGrad ? sumToShape(matmul(upstream, swapped(b)), a.shape) : undefined,
      b.requiresGrad ? sumToShape(matmul(swapped(a), upstream), b.shape) : undefined,
    ],
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      checkMemory("matmul backward", [a, b]);
      return [
        a.requiresGrad ? gradientA(upstream) : undefined,
        b.requiresGrad ? gradientB(upstream) : undefined,
      ];
    },
  });
}

function small(products: Omit<SmallProducts, "out">): FloatArray {
  const out = allocateResult("float32", products.count * products.rows * products.columns);
  multiplySmall({ ...products, out });
  return out;
}

/** The last two axes exchanged. */
export function swapped(x: Tensor): Tensor {
  const axes = [...x.shape.keys()];
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

function checkMatrices(a: Tensor, b: Tensor): void {
  check("matmul", "a", a, TENSOR);
  check("matmul", "b", b, TENSOR);
  checkSameDType("matmul", [a, b]);
  checkMemory("matmul", [a, b]);
  for (const one of [a, b]) {
    if (one.rank >= 2) continue;
    throw new ShapeError({
      where: "matmul",
      expected: "matrices: at least 2 axes each",
      received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      repair: "Reshape a vector to [1,n] or [n,1]; for weights [O,I] use linear(x, weight).",
    });
  }
  if (a.shape.at(-1) === b.shape.at(-2)) return;
  throw new ShapeError({
    where: "matmul",
    expected: `[...,M,K] and [...,K,N] with one K`,
    received: `${formatShape(a.shape)} and ${formatShape(b.shape)} (K is ${a.shape.at(-1)} and ${b.shape.at(-2)})`,
    repair: "Transpose one of them, or use linear(x, weight) for weights [O,I].",
  });
}

/** For every matrix of the result: which matrix of a, and which of b, it is the product of. */
function matrixPairs(batch: Shape, a: Shape, b: Shape): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  const stridesA = broadcastStrides(a.slice(0, -2), batch);
  const stridesB = broadcastStrides(b.slice(0, -2), batch);
  forEachRow(batch, stridesA, stridesB, (_start, length, ofA, stepA, ofB, stepB) => {
    for (let i = 0; i < length; i++) pairs.push([ofA + i * stepA, ofB + i * stepB]);
  });
  return pairs;
}

function matrixOf<Data extends FloatArray>(data: Data, index: number, size: number): Data {
  return data.subarray(index * size, (index + 1) * size) as Data;
}
