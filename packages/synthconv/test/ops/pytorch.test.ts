import { describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../src/autograd/index.js";
import type { DType } from "../../src/core/index.js";
import * as ops from "../../src/ops/index.js";
import {
  type FixtureTensor,
  type InputTensors,
  type OperationCase,
  type OperationName,
  type Operations,
  operationCases,
  operationNames,
} from "../fixtures/pytorch/load.js";
import { difference } from "./support.js";

type Run<Op extends OperationName> = (
  inputs: Readonly<Record<keyof InputTensors<Op>, Tensor>>,
  options: Readonly<Operations[Op]["options"]>,
) => Tensor;

/** The losses are built from operations by the trainer and held against their fixtures there. */
type Loss = "mse" | "l1" | "huber" | "charbonnier";

/** Our call for each of PyTorch's. */
const CALLS: { readonly [Op in Exclude<OperationName, Loss>]: Run<Op> } = {
  add: ({ a, b }) => ops.add(a, b),
  sub: ({ a, b }) => ops.subtract(a, b),
  mul: ({ a, b }) => ops.multiply(a, b),
  div: ({ a, b }) => ops.divide(a, b),
  matmul: ({ a, b }) => ops.matmul(a, b),
  linear: ({ input, weight, bias }) => ops.linear(input, weight, bias),
  conv2d: ({ input, weight, bias }, options) => ops.conv2d(input, weight, bias, options),
  relu: ({ input }) => ops.relu(input),
  leakyRelu: ({ input }, { negativeSlope }) => ops.leakyRelu(input, negativeSlope),
  silu: ({ input }) => ops.silu(input),
  gelu: ({ input }) => ops.gelu(input),
  tanh: ({ input }) => ops.tanh(input),
  sigmoid: ({ input }) => ops.sigmoid(input),
  softplus: ({ input }) => ops.softplus(input),
  exp: ({ input }) => ops.exp(input),
  log: ({ input }) => ops.log(input),
  sqrt: ({ input }) => ops.sqrt(input),
  abs: ({ input }) => ops.abs(input),
  sign: ({ input }) => ops.sign(input),
  round: ({ input }) => ops.round(input),
  square: ({ input }) => ops.square(input),
  clamp: ({ input }, { min, max }) => ops.clamp(input, min ?? -Infinity, max ?? Infinity),
  softmax: ({ input }, { axis }) => ops.softmax(input, axis),
  sum: ({ input }, options) => ops.sum(input, options),
  mean: ({ input }, options) => ops.mean(input, options),
  max: ({ input }, options) => ops.max(input, options),
  avgPool2d: ({ input }, { kernelSize: kernel, stride, padding }) =>
    ops.averagePool2d(input, { kernel, stride, padding }),
  adaptiveAvgPool2d: ({ input }) =>
    ops.reshape(ops.globalAveragePool(input), [...input.shape.slice(0, 2), 1, 1]),
  embedding: ({ table }, { indices }) => ops.gather(table, [...indices.data], indices.shape),
  indexSelect: ({ input }, { axis, indices }) => selectAlong(input, axis, indices),
  concat: ({ a, b, c }, { axis }) => ops.concat([a, b, c], axis),
  slice: ({ input }, { ranges }) => ops.slice(input, ranges),
  transpose: ({ input }, { order }) => ops.transpose(input, order),
};

/** Rows along any axis: the axis goes to the front, is gathered, and goes back. */
function selectAlong(input: Tensor, axis: number, indices: FixtureTensor): Tensor {
  const along = axis < 0 ? axis + input.rank : axis;
  const order = [along, ...[...input.shape.keys()].filter((other) => other !== along)];
  const back = order.map((_, position) => order.indexOf(position));
  return ops.transpose(ops.gather(ops.transpose(input, order), [...indices.data], indices.shape), back);
}

/** What PyTorch can do and this library leaves out: pooling that ignores its padding, or to a given size. */
function isCovered({ op, options }: OperationCase): boolean {
  if (op === "avgPool2d") return (options as Operations["avgPool2d"]["options"]).countIncludePad;
  if (op !== "adaptiveAvgPool2d") return true;
  return (options as Operations["adaptiveAvgPool2d"]["options"]).outputSize.every((size) => size === 1);
}

/** Fixtures hold ten digits. Above 20 PyTorch cuts softplus off, which differs from the function by 2.1e-9. */
function tolerance(name: OperationName, dtype: DType): number {
  if (dtype === "float32") return 1e-6;
  return name === "softplus" ? 3e-9 : 1e-9;
}

/** Where nothing is larger, PyTorch's y (1 - y) and 1 - y^2 have no digits left: an absolute error of 1e-16. */
const FLOOR = 1e-6;

describe.each(operationNames.filter((name) => name in CALLS))("PyTorch's %s", (name) => {
  it.each((operationCases(name) as readonly OperationCase[]).filter(isCovered))("$name", (one) => {
    const names = Object.keys(one.inputs) as (keyof typeof one.inputs)[];
    for (const dtype of ["float64", "float32"] as const) {
      const leaves = names.map((input) => fromFixture(one.inputs[input], dtype, true));
      const inputs = Object.fromEntries(names.map((input, index) => [input, leaves[index]]));
      const output = (CALLS[name as keyof typeof CALLS] as unknown as Run<OperationName>)(
        inputs as Parameters<Run<OperationName>>[0],
        one.options,
      );
      expect(output.shape).toEqual(one.output.shape);
      expect(difference(output, one.output.data, FLOOR), `${dtype} output`).toBeLessThanOrEqual(
        tolerance(name, dtype),
      );
      const gradients = grad(output, leaves, { seed: fromFixture(one.upstream, dtype, false) });
      names.forEach((input, index) => {
        const error = difference(gradients[index] as Tensor, one.gradients[input].data, FLOOR);
        expect(error, `${dtype} gradient of ${input}`).toBeLessThanOrEqual(tolerance(name, dtype));
      });
    }
  });
});

function fromFixture({ shape, data }: FixtureTensor, dtype: DType, requiresGrad: boolean): Tensor {
  return tensor(data, { shape, dtype, requiresGrad });
}
