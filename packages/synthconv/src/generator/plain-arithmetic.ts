/** The arithmetic of generators on plain arrays: applying a look never loads the tape. */
import { broadcastShapes, type Shape, sizeOf, stridesOf } from "../core/index.js";
import { linearForward } from "../kernels/index.js";
import type { GeneratorArithmetic, Shaped, SumOptions } from "./arithmetic.js";
import { outside } from "./without-rest.js";

export interface PlainArray extends Shaped {
  /** Row-major. */
  readonly data: Float64Array;
}

/** float64 gives the same weights on every machine. */
export const plainArithmetic: GeneratorArithmetic<PlainArray> = {
  linear(x, weight, bias) {
    const [rows, inputs] = x.shape as readonly [number, number];
    const outputs = bias.data.length;
    const output = new Float64Array(rows * outputs);
    linearForward({ rows, inputs, outputs, input: x.data, weight: weight.data, bias: bias.data, output });
    return { shape: [rows, outputs], data: output };
  },
  matmul,
  concat,
  add: (a, b) => pairwise(a, b, (x, y) => x + y),
  multiply: (a, b) => pairwise(a, b, (x, y) => x * y),
  divide: (a, b) => pairwise(a, b, (x, y) => x / y),
  relu: ({ shape, data }) => ({ shape, data: data.map((value) => Math.max(value, 0)) }),
  sqrt: ({ shape, data }) => ({ shape, data: data.map(Math.sqrt) }),
  softmax,
  sum,
  slice(x, ranges) {
    return x.shape.reduce((rest, _, axis) => sliceAxis(rest, axis, ranges[axis]), x);
  },
  reshape: ({ data }, shape) => ({ shape, data }),
  constant: (values, shape) => ({ shape, data: Float64Array.from(values) }),
  zeros: (shape) => ({ shape, data: new Float64Array(sizeOf(shape)) }),
  withoutRest: ({ shape, data }, kept) => {
    const rest = outside(data, shape.at(-1) as number, kept);
    return { shape, data: data.map((value, at) => value + (rest[at] as number)) };
  },
};

function matmul(a: PlainArray, b: PlainArray): PlainArray {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1) as number;
  const batch = a.shape.slice(0, -2);
  const data = new Float64Array(sizeOf(batch) * rows * columns);
  for (let row = 0; row < sizeOf(batch) * rows; row++) {
    const ofB = Math.floor(row / rows) * inner * columns;
    for (let k = 0; k < inner; k++) {
      const factor = a.data[row * inner + k] as number;
      for (let column = 0; column < columns; column++) {
        const product = factor * (b.data[ofB + k * columns + column] as number);
        data[row * columns + column] = (data[row * columns + column] as number) + product;
      }
    }
  }
  return { shape: [...batch, rows, columns], data };
}

function concat(values: readonly PlainArray[], axis: number): PlainArray {
  const { shape } = values[0] as PlainArray;
  const length = values.reduce((sum, value) => sum + (value.shape[axis] as number), 0);
  const whole = shape.with(axis, length);
  const data = new Float64Array(sizeOf(whole));
  const row = sizeOf(whole.slice(axis));
  let offset = 0;
  for (const value of values) {
    const part = sizeOf(value.shape.slice(axis));
    for (let i = 0; i * row < data.length; i++) {
      data.set(value.data.subarray(i * part, (i + 1) * part), i * row + offset);
    }
    offset += part;
  }
  return { shape: whole, data };
}

function pairwise(a: PlainArray, b: PlainArray, of: (x: number, y: number) => number): PlainArray {
  const shape = broadcastShapes("generator", a.shape, b.shape);
  const placeInA = placesIn(a.shape, shape);
  const placeInB = placesIn(b.shape, shape);
  const entry = (_: number, i: number): number =>
    of(a.data[placeInA(i)] as number, b.data[placeInB(i)] as number);
  return { shape, data: new Float64Array(sizeOf(shape)).map(entry) };
}

/** From the place of an entry in a whole to its place in a part that repeats along axes of size 1. */
function placesIn(part: Shape, whole: Shape): (entry: number) => number {
  if (sizeOf(part) === sizeOf(whole)) return (entry) => entry;
  const strides = stridesOf(whole);
  const missing = whole.length - part.length;
  const steps = stridesOf(part).map((stride, axis) => (part[axis] === 1 ? 0 : stride));
  return (entry) =>
    steps.reduce((place, step, axis) => {
      const along = Math.floor(entry / (strides[axis + missing] as number));
      return place + step * (along % (whole[axis + missing] as number));
    }, 0);
}

function softmax({ shape, data }: PlainArray): PlainArray {
  const length = shape.at(-1) as number;
  const result = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += length) {
    const row = data.subarray(start, start + length);
    const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const powers = row.map((value) => Math.exp(value - most));
    const total = powers.reduce((before, value) => before + value, 0);
    result.set(
      powers.map((value) => value / total),
      start,
    );
  }
  return { shape, data: result };
}

function sum({ shape, data }: PlainArray, { axes, keepDims }: SumOptions): PlainArray {
  const reduced = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const placeIn = placesIn(reduced, shape);
  const sums = new Float64Array(sizeOf(reduced));
  data.forEach((value, i) => {
    sums[placeIn(i)] = (sums[placeIn(i)] as number) + value;
  });
  return { shape: keepDims ? reduced : shape.filter((_, axis) => !axes.includes(axis)), data: sums };
}

function sliceAxis(x: PlainArray, axis: number, range: readonly [number, number] | undefined): PlainArray {
  if (range === undefined) return x;
  const [first, behind] = range;
  const inner = sizeOf(x.shape.slice(axis + 1));
  const length = (behind - first) * inner;
  const stride = (x.shape[axis] as number) * inner;
  const outer = sizeOf(x.shape.slice(0, axis));
  const data = new Float64Array(outer * length);
  for (let row = 0; row < outer; row++) {
    const start = row * stride + first * inner;
    data.set(x.data.subarray(start, start + length), row * length);
  }
  return { shape: x.shape.with(axis, behind - first), data };
}
