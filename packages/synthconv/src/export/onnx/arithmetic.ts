/** The arithmetic of generators as operators of a graph: nothing is computed here. */
import { broadcastShapes, type Shape, sizeOf } from "../../core/index.js";
import { addToAllButLargest, type OnnxGraph } from "../../format/index.js";
import { type GeneratorArithmetic, OUT, type Shaped } from "../../generator/index.js";

/** A value of the graph. */
export interface GraphValue extends Shaped {
  readonly name: string;
}

/**
 * B of a condition whose batch is free: a size that nothing else has, because it is a prime above every size of a
 * generator. A size that it divides is written as "what is left".
 */
export const FREE_BATCH = 1_000_003;

/** @param condition the name of what has the free batch. */
export function graphArithmetic(graph: OnnxGraph, condition: string): GeneratorArithmetic<GraphValue> {
  const pairwise =
    (operation: string) =>
    (a: GraphValue, b: GraphValue): GraphValue => ({
      shape: broadcastShapes("ONNX", a.shape, b.shape),
      name: graph.add(operation, [a.name, b.name]),
    });
  const alike =
    (operation: string) =>
    ({ shape, name }: GraphValue): GraphValue => ({ shape, name: graph.add(operation, [name]) });
  /** With a free batch the numbers, the same for each, are repeated at the run. */
  const constant = (values: ArrayLike<number> | undefined, shape: Shape): GraphValue => {
    const single = shape.map((size) => (isFree(size) ? size / FREE_BATCH : size));
    const name = graph.floats(values ?? new Float32Array(sizeOf(single)), single);
    if (!shape.some(isFree)) return { shape, name };
    const batch = graph.add("Shape", [condition], { start: { int: 0 }, end: { int: 1 } });
    const repeats = shape.map((size) => (isFree(size) ? batch : graph.whole([1])));
    const tiles = graph.add("Concat", repeats, { axis: { int: 0 } });
    return { shape, name: graph.add("Tile", [name, tiles]) };
  };

  return {
    linear(x, weight, bias) {
      const [rows] = x.shape as readonly [number];
      const [outputs, inputs] = weight.shape as readonly [number, number];
      if (inputs === 0) return { shape: [1, outputs], name: graph.reshape(bias.name, [1, outputs]) };
      return {
        shape: [rows, outputs],
        name: graph.add("Gemm", [x.name, weight.name, bias.name], { transB: { int: 1 } }),
      };
    },
    matmul: (a, b) => ({
      shape: [...a.shape.slice(0, -1), b.shape.at(-1) as number],
      name: graph.add("MatMul", [a.name, b.name]),
    }),
    concat(values, axis) {
      const [first] = values as readonly [GraphValue];
      const length = values.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
      const names = values.map(({ name }) => name);
      return {
        shape: first.shape.with(axis, length),
        name: graph.add("Concat", names, { axis: { int: axis } }),
      };
    },
    add: pairwise("Add"),
    multiply: pairwise("Mul"),
    divide: pairwise("Div"),
    relu: alike("Relu"),
    sqrt: alike("Sqrt"),
    softmax: ({ shape, name }) => ({ shape, name: graph.add("Softmax", [name], { axis: { int: -1 } }) }),
    sum({ shape, name }, { axes, keepDims }) {
      const reduced = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      return {
        shape: keepDims ? reduced : shape.filter((_, axis) => !axes.includes(axis)),
        name: graph.add("ReduceSum", [name, graph.whole(axes)], { keepdims: { int: keepDims ? 1 : 0 } }),
      };
    },
    slice(x, ranges) {
      const cut = ranges.flatMap((range, axis) => (range === undefined ? [] : [{ axis, range }]));
      if (cut.length === 0) return x;
      const name = graph.add("Slice", [
        x.name,
        graph.whole(cut.map(({ range }) => range[0])),
        graph.whole(cut.map(({ range }) => range[1])),
        graph.whole(cut.map(({ axis }) => axis)),
      ]);
      const sizes = x.shape.map((size, axis) => {
        const range = ranges[axis];
        return range === undefined ? size : range[1] - range[0];
      });
      return { shape: sizes, name };
    },
    reshape: ({ name }, shape) => ({
      shape,
      name: graph.reshape(
        name,
        shape.map((size) => (isFree(size) ? -1 : size)),
      ),
    }),
    constant,
    zeros: (shape) => constant(undefined, shape),
    withoutRest: ({ shape, name }, kept) => ({ shape, name: addToAllButLargest(graph, name, kept, OUT) }),
  };
}

function isFree(size: number): boolean {
  return size > 0 && size % FREE_BATCH === 0;
}
