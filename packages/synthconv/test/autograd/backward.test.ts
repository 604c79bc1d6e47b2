import { describe, expect, it } from "vitest";
import {
  grad,
  noGrad,
  Parameter,
  record,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../src/autograd/index.js";
import { add, multiply, negate, reshape, square, sum } from "../../src/ops/index.js";

const parameter = (values: number[]): Parameter => new Parameter(tensor(values));
const entries = (x: Tensor | undefined): number[] | undefined => x && Array.from(x.data);

describe("backward", () => {
  it("accumulates into grad until it is cleared", () => {
    const weight = parameter([1, 2]);
    sum(square(weight)).backward();
    expect(entries(weight.grad)).toEqual([2, 4]);
    sum(square(weight)).backward();
    expect(entries(weight.grad)).toEqual([4, 8]);
    weight.grad = undefined;
    sum(square(weight)).backward();
    expect(entries(weight.grad)).toEqual([2, 4]);
  });

  it("adds the gradients of a value that is used several times", () => {
    const weight = parameter([3]);
    const doubled = add(weight, weight);
    // (2w)(2w) + 2w + w = 4w^2 + 3w
    sum(add(add(multiply(doubled, doubled), doubled), weight)).backward();
    expect(entries(weight.grad)).toEqual([8 * 3 + 3]);
  });

  it("does not let one input's later gradients leak into another's", () => {
    // Two gradients meet at z; their sum goes on to p and q as one tensor, and p then receives more.
    const p = parameter([1]);
    const q = parameter([1]);
    const z = record({
      operation: "sum that passes its gradient on as it is",
      inputs: [p, q],
      shape: [1],
      data: Float32Array.of(2),
      backward: (upstream) => [upstream, upstream],
    });
    const [ofZ, ofP, ofQ] = grad(add(multiply(p, 5), add(multiply(z, 2), multiply(z, 3))), [z, p, q]);
    expect([ofZ, ofP, ofQ].map(entries)).toEqual([[5], [10], [5]]);
  });

  it("gives every leaf its own gradient, which may be scaled in place", () => {
    const p = parameter([1]);
    const q = parameter([1]);
    const seed = tensor([1]);
    add(p, reshape(q, [1])).backward(seed);
    (p.grad as Tensor).data[0] = 7;
    expect(entries(q.grad)).toEqual([1]);
    expect(entries(seed)).toEqual([1]);
  });

  it("walks a chain of 10,000 operations without overflowing the stack", () => {
    const weight = parameter([1]);
    let value: Tensor = weight;
    for (let step = 0; step < 10_000; step++) value = negate(value);
    sum(value).backward();
    expect(entries(weight.grad)).toEqual([1]);
  });

  it("visits each operation once where paths multiply", () => {
    // 2^60 paths lead from the loss to the weight.
    const weight = parameter([1]);
    let value: Tensor = weight;
    for (let step = 0; step < 60; step++) value = multiply(add(value, value), 0.5);
    sum(value).backward();
    expect(entries(weight.grad)).toEqual([1]);
  });

  it("takes the output's gradient as a seed", () => {
    const weight = parameter([1, 2]);
    square(weight).backward(tensor([10, 100]));
    expect(entries(weight.grad)).toEqual([20, 400]);
  });

  it("leaves frozen parameters and constants alone", () => {
    const frozen = parameter([2]);
    frozen.trainable = false;
    const weight = parameter([3]);
    sum(multiply(frozen, weight)).backward();
    expect(frozen.grad).toBeUndefined();
    expect(entries(weight.grad)).toEqual([2]);
  });

  it("asks for a scalar or a seed", () => {
    expect(() => square(parameter([1, 2])).backward()).toThrow(
      "backward: expected a loss of one entry, received shape [2]. Reduce it with mean or sum, or pass the gradient of the output as the seed.",
    );
    expect(() => square(parameter([1, 2])).backward(tensor([1]))).toThrow(
      "backward seed: expected float32 [2], as the output, received float32 [1]",
    );
  });

  it("says what cut the tape when the loss is not on it", () => {
    const weight = parameter([1]);
    expect(() => sum(tensor([1])).backward()).toThrow(
      "backward: expected a tensor that was computed from something trainable with the tape on, received one that was not computed from anything trainable. Look for noGrad, detach or plain numbers between the parameters and the loss.",
    );
    expect(() => noGrad(() => sum(square(weight))).backward()).toThrow(
      "received one whose tape was cut (made by sum, computed from a parameter [1]). Look for noGrad, detach or plain numbers between the parameters and the loss.",
    );
    expect(() => sum(square(weight).detach()).backward()).toThrow(
      "received one whose tape was cut (made by sum, computed from a parameter [1])",
    );
    expect(() => noGrad(() => sum(square(weight)).backward())).toThrow(
      "This runs inside noGrad: compute the loss outside of it.",
    );
  });
});

describe("overwritten inputs", () => {
  const overwritten =
    /^backward through square: expected its inputs to be as they were when it ran, received/;

  it("are refused, because the gradient would be that of another function", () => {
    const weight = parameter([1]);
    weight.name = "head.weight";
    const loss = sum(square(weight));
    weight.assign(Float32Array.of(5));
    expect(() => loss.backward()).toThrow(
      "backward through square: expected its inputs to be as they were when it ran, received parameter head.weight [1], which was overwritten since. Run backward before the optimizer's step, or compute the loss again.",
    );
    expect(weight.grad).toBeUndefined();
  });

  it("are noticed through a reshape, which lies over the same numbers", () => {
    const weight = parameter([1, 2]);
    const loss = sum(square(reshape(weight, [2, 1])));
    weight.assign(Float32Array.of(5, 6));
    expect(() => loss.backward()).toThrow(overwritten);
  });

  it("are noticed through detach, which shares the numbers too", () => {
    const source = parameter([1]);
    const weight = parameter([1]);
    const loss = sum(multiply(weight, source.detach({ reason: "a target" })));
    source.assign(Float32Array.of(5));
    expect(() => loss.backward()).toThrow(/^backward through multiply/);
  });
});

describe("grad", () => {
  it("returns gradients of leaves and of intermediate results and leaves .grad alone", () => {
    const weight = parameter([3]);
    const squared = square(weight);
    const [ofWeight, ofSquared] = grad(sum(multiply(squared, 4)), [weight, squared]);
    expect(entries(ofWeight)).toEqual([24]);
    expect(entries(ofSquared)).toEqual([4]);
    expect(weight.grad).toBeUndefined();
  });

  it("refuses an input that the output does not depend on, unless that is allowed", () => {
    const used = parameter([1]);
    const unused = parameter([1]);
    unused.name = "generator.4.bias";
    const loss = sum(square(used));
    expect(() => grad(loss, [used, unused])).toThrow(
      "grad: expected the output of sum to depend on input 1, received parameter generator.4.bias [1], which no recorded operation leads to. Use it in the computation, or pass { allowUnused: true } to get undefined for it.",
    );
    const [ofUsed, ofUnused] = grad(loss, [used, unused], { allowUnused: true });
    expect(entries(ofUsed)).toEqual([2]);
    expect(ofUnused).toBeUndefined();
  });

  it("can be asked again: the tape is kept", () => {
    const weight = parameter([3]);
    const loss = sum(square(weight));
    expect(grad(loss, [weight]).map(entries)).toEqual(grad(loss, [weight]).map(entries));
  });

  it("comes with the value from valueAndGrad", () => {
    const weight = parameter([3]);
    const { value, gradients } = valueAndGrad(() => sum(square(weight)), [weight]);
    expect(value.item()).toBe(9);
    expect(gradients.map(entries)).toEqual([[6]]);
  });
});
