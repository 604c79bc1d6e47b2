/**
 * What generators are written in: operations of the library by their own names. A generator is written once and
 * runs on the tape, where ops/ are these operations, and without it, in float64 on plain arrays.
 */
import { type Shape, sizeOf } from "../core/index.js";
import { linearForward } from "../kernels/index.js";

export interface GeneratorArithmetic<Value extends Shaped> {
  /** x `[B,I]`, weight `[O,I]`, bias `[O]` -> `[B,O]` */
  linear(x: Value, weight: Value, bias: Value): Value;
  relu(x: Value): Value;
  /** One range [first, behind the last] per axis, undefined for all of it; the last axes may be left out. */
  slice(x: Value, ranges: readonly (readonly [number, number] | undefined)[]): Value;
  /** The same numbers, row-major. */
  reshape(x: Value, shape: Shape): Value;
  /** Of the element type of `like`. */
  zeros(shape: Shape, like: Value): Value;
}

export interface Shaped {
  readonly shape: Shape;
}

export interface PlainArray extends Shaped {
  /** Row-major. */
  readonly data: Float64Array;
}

/** Applying a look never loads the tape; float64 gives the same weights on every machine. */
export const plainArithmetic: GeneratorArithmetic<PlainArray> = {
  linear(x, weight, bias) {
    const [rows, inputs] = x.shape as readonly [number, number];
    const outputs = bias.data.length;
    const output = new Float64Array(rows * outputs);
    linearForward({ rows, inputs, outputs, input: x.data, weight: weight.data, bias: bias.data, output });
    return { shape: [rows, outputs], data: output };
  },
  relu: ({ shape, data }) => ({ shape, data: data.map((value) => Math.max(value, 0)) }),
  slice(x, ranges) {
    return x.shape.reduce((rest, _, axis) => sliceAxis(rest, axis, ranges[axis]), x);
  },
  reshape: ({ data }, shape) => ({ shape, data }),
  zeros: (shape) => ({ shape, data: new Float64Array(sizeOf(shape)) }),
};

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
