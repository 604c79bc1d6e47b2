import { describe, expect, it } from "vitest";
import { grad, noGrad, Parameter, type Tensor, tensor } from "../../src/autograd/index.js";
import { GraphError } from "../../src/core/index.js";
import { Linear } from "../../src/nn/index.js";
import { add, mean, multiply, sqrt, square, subtract, sum, tanh } from "../../src/ops/index.js";
import { clipGradientNorm, mse, SGD } from "../../src/train/index.js";

function critic() {
  const model = new Linear(2, 1).initialize({ seed: 1 });
  const x = tensor([[1, 2]], { requiresGrad: true });
  const score = () => sum(tanh(model.forward(x)));
  const slope = () => grad(score(), [x])[0] as Tensor;
  return { model, x, score, slope };
}

/** What a gradient penalty asks for: how far the slope is from 1. */
const penalty = (slope: Tensor): Tensor => square(subtract(sqrt(sum(square(slope))), 1));

describe("a gradient that is a constant", () => {
  it("is refused where grad or backward starts at a gradient, or at what was computed from one", () => {
    const { x, slope } = critic();
    const message =
      /^grad: expected .* computed from a gradient of the output of sum\. To differentiate a gradient, make it by .*/;
    expect(() => grad(sum(slope()), [x])).toThrow(message);
    expect(() => grad(slope(), [x], { seed: tensor([[1, 1]]) })).toThrow(message);
    expect(() => penalty(slope()).backward()).toThrow(
      "backward: expected a tensor that was computed from something trainable with the tape on, received shape [], " +
        "computed from a gradient of the output of sum. To differentiate a gradient, make it by grad(output, inputs, " +
        "{ createGraph: true }).",
    );
  });

  it("is refused where a penalty on a gradient would be dropped from a loss", () => {
    const { x, score, slope } = critic();
    const loss = add(score(), multiply(penalty(slope()), 10));
    expect(() => loss.backward()).toThrow(GraphError);
    expect(() => grad(loss, [x])).toThrow(
      "backward through add: expected inputs through which it can go on, received shape [], computed from a " +
        "gradient of the output of sum, which has no tape. To differentiate a gradient, make it by grad(output, " +
        "inputs, { createGraph: true }); where the gradient is meant as a constant, write gradient.detach().",
    );
  });

  it("is refused also by way of .grad, and where a weight moved along its gradient makes the loss", () => {
    const { model, x, score } = critic();
    score().backward();
    expect(() => multiply(model.weight, model.weight.grad as Tensor).backward(tensor([[1, 1]]))).toThrow(
      GraphError,
    );
    const [gradient] = grad(score(), [model.weight]) as [Tensor];
    const moved = subtract(model.weight, multiply(gradient, 0.1));
    expect(() => sum(multiply(moved, x)).backward()).toThrow(GraphError);
  });

  it("is refused by the options of other libraries, with what to do", () => {
    const { x, score } = critic();
    const options = (given: object) => () => grad(score(), [x], given);
    expect(options({ create_graph: true })).toThrow(/Write \{ createGraph: true \}/);
    expect(options({ retain_graph: true })).toThrow(/Leave it out: the tape stays/);
    expect(options({ allow_unused: true })).toThrow(/Write \{ allowUnused: true \}/);
  });
});

describe("a gradient that nobody differentiates", () => {
  it("is measured, logged and combined with weights, tape on", () => {
    const { model, x, score, slope } = critic();
    expect(penalty(slope()).item()).toBeGreaterThan(0);
    expect(mean(multiply(slope(), x)).item()).toBeTypeOf("number");
    score().backward();
    const { weight } = model;
    const next = subtract(weight, multiply(weight.grad as Tensor, 0.1));
    weight.assign(next.data);
    expect(weight.toArray()).toEqual(next.toArray());
  });

  it("is a constant of a loss when it is detached, or made or used with the tape off", () => {
    const { model, x, score, slope } = critic();
    const slopeOf = (loss: Tensor) => noGrad(() => grad(loss, [x])[0] as Tensor);
    const doubled = (slope: Tensor) => noGrad(() => multiply(slope, 2));
    const constants = [
      slope().detach(),
      slope().detach({ reason: "target" }),
      slopeOf(score()),
      doubled(slope()),
    ];
    for (const constant of constants) {
      const loss = mse(multiply(x, model.weight), constant);
      expect(grad(loss, [model.weight])[0]?.data.every(Number.isFinite)).toBe(true);
    }
    const size = penalty(slope()).detach();
    expect(() => multiply(score(), size).backward()).not.toThrow();
  });

  it("is the seed of another walk", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const first = square(x);
    const second = tensor(first.data, { requiresGrad: true });
    const [between] = grad(sum(square(second)), [second]) as [Tensor];
    expect(grad(first, [x], { seed: between })[0]?.toArray()).toEqual([4, 32]);
  });

  it("is clipped and goes into an optimizer, step after step", () => {
    const { model, score } = critic();
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1, momentum: 0.9 });
    for (let step = 0; step < 3; step++) {
      optimizer.zeroGrad();
      score().backward();
      score().backward();
      clipGradientNorm(model.parameters(), 0.1);
      optimizer.step();
    }
    expect(score().item()).toBeTypeOf("number");
  });

  it("may become a parameter", () => {
    const { slope } = critic();
    expect(new Parameter(slope()).requiresGrad).toBe(true);
  });
});
