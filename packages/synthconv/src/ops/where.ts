import { full } from "../autograd/creation.js";
import { checkSameDType, OPERAND, TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { allocateUnset, allocateZeros } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { broadcastShapes, type Shape, sizeOf } from "../core/shape.js";
import { sumToShape } from "./expand.js";
import { gradientFor } from "./result.js";
import { broadcastStrides, forEachRow, sumTo } from "./strided.js";

/**
 * `a` where the condition is not 0 (NaN is not), `b` elsewhere, entry by entry. The three broadcast to one shape. What is
 * not chosen takes no part: neither its NaN reaches the result, nor does a gradient reach it. The condition has the
 * gradient 0: it is a function of steps.
 *
 * @param condition as the comparisons give it: `where(less(x, 0), a, b)`.
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {ValueError} when dtypes differ.
 */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  check("where", "condition", condition, TENSOR);
  check("where", "a", a, OPERAND);
  check("where", "b", b, OPERAND);
  const { dtype } = [a, b].find((one) => typeof one !== "number") ?? condition;
  const [x, y] = [a, b].map((one) => (typeof one === "number" ? full([], one, { dtype }) : one)) as [
    Tensor,
    Tensor,
  ];
  checkSameDType("where", [x, y]);
  const shape = broadcastShapes("where", condition.shape, broadcastShapes("where", x.shape, y.shape));
  return choose(condition, x, y, shape);
}

function choose(condition: Tensor, a: Tensor, b: Tensor, shape: Shape): Tensor {
  const data = allocateResult(a.dtype, sizeOf(shape));
  const [ofCondition, ofA, ofB] = [numbersOf(condition), numbersOf(a), numbersOf(b)];
  const isChosen = allocateUnset(a.dtype, data.length);
  fill(shape, condition, condition, (at, chosen) => {
    isChosen[at] = ofCondition[chosen] === 0 ? 0 : 1;
  });
  fill(shape, a, b, (at, fromA, fromB) => {
    data[at] = (isChosen[at] === 0 ? ofB[fromB] : ofA[fromA]) as number;
  });
  const zeros = (): Tensor =>
    new Tensor({ shape: condition.shape, data: allocateZeros(condition.dtype, condition.size) });
  return record({
    operation: "where",
    inputs: [condition, a, b],
    shape,
    data,
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      const part = (input: Tensor, unchosen: number): Tensor => {
        const own = allocateUnset(a.dtype, upstream.length);
        for (let at = 0; at < own.length; at++)
          own[at] = isChosen[at] === unchosen ? 0 : (upstream[at] as number);
        return gradientFor(input, sumTo(own, shape, input.shape));
      };
      return [
        condition.requiresGrad ? zeros() : undefined,
        a.requiresGrad ? part(a, 0) : undefined,
        b.requiresGrad ? part(b, 1) : undefined,
      ];
    },
    derivative: (upstream) => {
      const mask = new Tensor({ shape, data: isChosen });
      const nothing = full([], 0, { dtype: a.dtype });
      return [
        condition.requiresGrad ? zeros() : undefined,
        a.requiresGrad ? sumToShape(choose(mask, upstream, nothing, shape), a.shape) : undefined,
        b.requiresGrad ? sumToShape(choose(mask, nothing, upstream, shape), b.shape) : undefined,
      ];
    },
  });
}

function fill(shape: Shape, a: Tensor, b: Tensor, entry: (at: number, a: number, b: number) => void): void {
  forEachRow(
    shape,
    broadcastStrides(a.shape, shape),
    broadcastStrides(b.shape, shape),
    (start, length, fromA, stepA, fromB, stepB) => {
      for (let i = 0; i < length; i++) entry(start + i, fromA + i * stepA, fromB + i * stepB);
    },
  );
}
