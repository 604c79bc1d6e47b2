import { TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import type { OperationSettings } from "../autograd/recorded.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { allocateUnset, allocateZeros, dtypeOf, type FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { applyToEntries, type EntryFunction, pullBackEntries } from "../kernels/index.js";
import { multiply } from "./arithmetic.js";

/** What an entry-wise function is, in float64; `unary` makes an operation of it. */
export interface UnaryRule {
  /** What the kernel calls the function, where it has it. */
  readonly name?: string;
  readonly value: (x: number) => number;
  /**
   * The gradient of the input entry x, from the upstream gradient and the (rounded) output entry y; "zero" for
   * a function of steps, whose derivative is 0 wherever there is one.
   */
  readonly gradient: ((upstream: number, x: number, y: number) => number) | "zero";
  /**
   * The gradient in operations on the tape; without it the slope is constant around each entry (relu, abs), so that its
   * own derivative is 0.
   */
  readonly derivative?: (upstream: Tensor, x: Tensor, y: Tensor) => Tensor;
  /** See `Recording.settings`. */
  readonly settings?: OperationSettings | undefined;
}

/** Applies the rule to every entry of `x`, any shape. */
export function unary(operation: string, x: Tensor, rule: UnaryRule): Tensor {
  const { gradient, derivative, settings } = rule;
  check(operation, "x", x, TENSOR);
  const input = numbersOf(x);
  const output = allocateResult(x.dtype, x.size);
  applyToEntries(functionOf(rule), input, output);
  return record({
    operation,
    inputs: [x],
    shape: x.shape,
    data: output,
    settings,
    zeroDerivative: gradient === "zero",
    backward: (upstream) => [
      new Tensor({ shape: x.shape, data: gradientOf(rule, numbersOf(upstream), input, output) }),
    ],
    derivative: (upstream, y) => {
      if (derivative !== undefined) return [derivative(upstream, x, y)];
      const ones = allocateUnset(x.dtype, x.size).fill(1);
      return [
        multiply(upstream, new Tensor({ shape: x.shape, data: gradientOf(rule, ones, input, output) })),
      ];
    },
  });
}

function gradientOf(
  rule: UnaryRule,
  upstream: FloatArray,
  input: FloatArray,
  output: FloatArray,
): FloatArray {
  if (rule.gradient === "zero") return allocateZeros(dtypeOf(input), input.length);
  const result = allocateResult(dtypeOf(input), input.length);
  pullBackEntries(functionOf(rule), upstream, input, output, result);
  return result;
}

function functionOf({ name, value, gradient }: UnaryRule): EntryFunction {
  return { ...(name !== undefined && { name }), value, gradient: gradient === "zero" ? () => 0 : gradient };
}
