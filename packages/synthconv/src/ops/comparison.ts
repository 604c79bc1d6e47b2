/**
 * Comparisons of two tensors that broadcast to one shape, or of a tensor and a number: 1 where they hold, 0 elsewhere and
 * at NaN. Functions of steps: their gradient is 0 everywhere, so nothing learns through them; choose between values that
 * learn with `where(condition, a, b)`.
 */
import { Tensor } from "../autograd/tensor.js";
import { allocateZeros, type FloatArray } from "../core/float-array.js";
import { type BinaryRule, binary } from "./binary.js";
import { rowsOf } from "./entry-rule.js";

function comparison(holds: (a: number, b: number) => boolean): BinaryRule {
  const nothing = ({ dtype, size }: Tensor): FloatArray => allocateZeros(dtype, size);
  const zeros = (upstream: Tensor): Tensor => new Tensor({ shape: upstream.shape, data: nothing(upstream) });
  return {
    rows: rowsOf((a, b) => (holds(a, b) ? 1 : 0)),
    gradientA: nothing,
    gradientB: nothing,
    derivativeA: zeros,
    derivativeB: zeros,
    zeroDerivative: true,
  };
}

const EQUAL = comparison((a, b) => a === b);
const NOT_EQUAL = comparison((a, b) => a !== b);
const LESS = comparison((a, b) => a < b);
const LESS_EQUAL = comparison((a, b) => a <= b);
const GREATER = comparison((a, b) => a > b);
const GREATER_EQUAL = comparison((a, b) => a >= b);

/** 1 where `a = b`, else 0. Broadcasts and throws as `add`. */
export function equal(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("equal", a, b, EQUAL);
}

/** 0 where `a = b`, else 1, also at NaN. Broadcasts and throws as `add`. */
export function notEqual(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("notEqual", a, b, NOT_EQUAL);
}

/** 1 where `a < b`, else 0. Broadcasts and throws as `add`. */
export function less(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("less", a, b, LESS);
}

/** 1 where `a <= b`, else 0. Broadcasts and throws as `add`. */
export function lessEqual(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("lessEqual", a, b, LESS_EQUAL);
}

/** 1 where `a > b`, else 0. Broadcasts and throws as `add`. */
export function greater(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("greater", a, b, GREATER);
}

/** 1 where `a >= b`, else 0. Broadcasts and throws as `add`. */
export function greaterEqual(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("greaterEqual", a, b, GREATER_EQUAL);
}
