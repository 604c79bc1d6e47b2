import { describe, expect, it } from "vitest";
import { checkpoint, grad, noGrad, type Tensor, tensor } from "../../src/autograd/index.js";
import { Linear } from "../../src/nn/index.js";
import { add, multiply, square, sum, tanh } from "../../src/ops/index.js";

const layer = new Linear(3, 3).initialize({ seed: 4 });
const block = (x: Tensor): Tensor => tanh(layer.forward(tanh(layer.forward(x))));
const input = (): Tensor => tensor([[0.2, -0.4, 0.9]], { requiresGrad: true });

/** Gradients of the input and of the parameters. */
function gradients(run: (x: Tensor) => Tensor): Float32Array[] {
  const x = input();
  layer.zeroGrad();
  sum(square(run(multiply(x, 2)))).backward();
  return [x, ...layer.parameters()].map(({ grad: found }) => found?.data as Float32Array);
}

describe("checkpoint", () => {
  it("gives the gradients of the same numbers stored, to the bit: of inputs and of parameters that it uses", () => {
    expect(gradients((x) => checkpoint(block, [x]))).toEqual(gradients(block));
  });

  it("stores nothing of what lies inside: its result is one operation behind its inputs", () => {
    const x = input();
    const { node } = checkpoint(block, [x]);
    expect(node?.operation).toBe("checkpoint");
    expect(node?.inputs).toEqual([x, ...layer.parameters().slice().reverse()].map(() => expect.anything()));
    expect(node?.inputs.every((one) => one.node === undefined)).toBe(true);
  });

  it("runs its body once forward and once backward", () => {
    let runs = 0;
    const counted = (x: Tensor): Tensor => {
      runs++;
      return block(x);
    };
    const output = checkpoint(counted, [input()]);
    expect(runs).toBe(1);
    sum(output).backward();
    expect(runs).toBe(2);
  });

  it("is nested, and reaches what was computed outside of it", () => {
    const x = input();
    const outside = square(x);
    const loss = sum(checkpoint((y) => add(checkpoint(block, [y]), outside), [x]));
    const plain = sum(add(block(x), outside));
    expect(grad(loss, [x])[0]?.data).toEqual(grad(plain, [x])[0]?.data);
  });

  it("has second derivatives", () => {
    const x = input();
    const penalty = (y: Tensor): Tensor => sum(square(grad(sum(y), [x], { createGraph: true })[0] as Tensor));
    // The body reads x as its input and from outside, and its input was computed from x.
    const twice = (y: Tensor): Tensor => multiply(block(y), square(x));
    const [ours] = grad(penalty(checkpoint(twice, [tanh(x)])), [x]) as [Tensor];
    const [plain] = grad(penalty(twice(tanh(x))), [x]) as [Tensor];
    ours.data.forEach((value, i) => {
      expect(value).toBeCloseTo(plain.data[i] as number, 6);
    });
  });

  it("gives a constant inside of noGrad and from constants", () => {
    expect(noGrad(() => checkpoint(block, [input()])).requiresGrad).toBe(false);
    expect(checkpoint(tanh, [tensor([1])]).requiresGrad).toBe(false);
  });

  it("refuses a body that gives other numbers when it runs again", () => {
    let calls = 0;
    const output = checkpoint((x) => multiply(x, ++calls), [input()]);
    expect(() => sum(output).backward()).toThrow(
      "backward through checkpoint: expected the body to give the same numbers again, received others ([1,3]; [1,3] " +
        "before). It must depend on its inputs and on parameters alone: make random streams inside of it, by seed, " +
        "purpose and step.",
    );
  });
});
