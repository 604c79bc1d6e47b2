import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { allocate } from "../core/float-array.js";

/** What an entry-wise function is, in float64; `unary` makes an operation of it. */
export interface UnaryRule {
  readonly value: (x: number) => number;
  /** The gradient of the input entry x, from the upstream gradient and the (rounded) output entry y. */
  readonly gradient: (upstream: number, x: number, y: number) => number;
}

/** Applies the rule to every entry of `x`, any shape. */
export function unary(operation: string, x: Tensor, { value, gradient }: UnaryRule): Tensor {
  const input = x.data;
  const output = allocate(x.dtype, x.size);
  for (let i = 0; i < input.length; i++) output[i] = value(input[i] as number);
  return record({
    operation,
    inputs: [x],
    shape: x.shape,
    data: output,
    backward: ({ data: upstream }) => {
      const result = allocate(x.dtype, x.size);
      for (let i = 0; i < input.length; i++) {
        result[i] = gradient(upstream[i] as number, input[i] as number, output[i] as number);
      }
      return [new Tensor({ shape: x.shape, data: result })];
    },
  });
}
