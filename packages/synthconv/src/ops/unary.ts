import { TENSOR } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { allocate } from "../core/float-array.js";

/** What an entry-wise function is, in float64; `unary` makes an operation of it. */
export interface UnaryRule {
  readonly value: (x: number) => number;
  /**
   * The gradient of the input entry x, from the upstream gradient and the (rounded) output entry y; "zero" for
   * a function of steps, whose derivative is 0 wherever there is one.
   */
  readonly gradient: ((upstream: number, x: number, y: number) => number) | "zero";
}

/** Applies the rule to every entry of `x`, any shape. */
export function unary(operation: string, x: Tensor, { value, gradient }: UnaryRule): Tensor {
  check(operation, "x", x, TENSOR);
  const input = x.data;
  const output = allocate(x.dtype, x.size);
  for (let i = 0; i < input.length; i++) output[i] = value(input[i] as number);
  return record({
    operation,
    inputs: [x],
    shape: x.shape,
    data: output,
    zeroDerivative: gradient === "zero",
    backward: ({ data: upstream }) => {
      const result = allocate(x.dtype, x.size);
      if (gradient === "zero") return [new Tensor({ shape: x.shape, data: result })];
      for (let i = 0; i < input.length; i++) {
        result[i] = gradient(upstream[i] as number, input[i] as number, output[i] as number);
      }
      return [new Tensor({ shape: x.shape, data: result })];
    },
  });
}
