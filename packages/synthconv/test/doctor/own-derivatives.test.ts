import { describe, expect, it } from "vitest";
import { diagnose } from "../../src/doctor.js";
import {
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  record,
  SGD,
  type Tensor,
  tensor,
} from "../../src/index.js";

type Slope = (x: number, upstream: number) => number;

/** A model whose middle is an operation of the user's, entry by entry, with the backward that is given. */
function diagnosed(value: (x: number) => number, slope: Slope) {
  const own = (x: Tensor): Tensor =>
    record({
      operation: "own",
      inputs: [x],
      shape: x.shape,
      data: x.data.map(value),
      backward: ({ data }) => [
        tensor(
          data.map((up, i) => slope(x.data[i] as number, up)),
          { shape: x.shape },
        ),
      ],
    });
  class Net extends Module {
    readonly inner = new Linear(3, 8);
    readonly outer = new Linear(8, 2);
  }
  const model = new Net().initialize({ seed: 7 });
  const random = new RandomStream({ seed: 7, purpose: "data" });
  const batch = { x: randomUniform([9, 3], random), y: randomUniform([9, 2], random) };
  const optimizer = new SGD(model.parameters(), { learningRate: 0.02 });
  return diagnose(model, batch, (net, { x, y }) => mse(net.outer.forward(own(net.inner.forward(x))), y), {
    optimizer,
  });
}

const round = Math.round;
const sin: Slope = (x, up) => Math.cos(x) * up;

describe("the backward of an operation of one's own", () => {
  it.each<[string, (x: number) => number, Slope]>([
    ["has the wrong sign", Math.sin, (x, up) => -sin(x, up)],
    ["forgets a factor", Math.sin, (x, up) => 0.5 * sin(x, up)],
    ["forgets what comes from above", Math.sin, (x) => Math.cos(x)],
    ["is the derivative of something else", Math.sin, (x, up) => (1 + Math.sin(x)) * up],
    ["returns zeros", Math.sin, () => 0],
    ["takes the result for the input", Math.exp, (x, up) => Math.exp(Math.exp(x)) * up],
  ])("is blamed where it %s", (_, value, slope) => {
    const { findings } = diagnosed(value, slope);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ fault: "ownOperation", parameters: ["inner.weight", "inner.bias"] });
  });

  it.each<[string, (x: number) => number, Slope]>([
    ["is right", Math.sin, sin],
    ["is right where the slope jumps", (x) => Math.max(0.1 * x, x), (x, up) => (x > 0 ? 1 : 0.1) * up],
    ["hands on what it gets behind steps", (x) => round(4 * x) / 4, (_, up) => up],
    ["stands for a step with a smooth slope", (x) => (x > 0 ? 1 : 0), (x, up) => up / (1 + 9 * x * x)],
    ["reverses the gradient of an identity", (x) => x, (_, up) => -0.5 * up],
    ["clips the gradient of an identity", (x) => x, (_, up) => Math.max(-1e-3, Math.min(1e-3, up))],
    ["scales what a smooth function gets", Math.tanh, (_, up) => 0.7 * up],
  ])("is left in peace where it %s", (_, value, slope) => {
    expect(diagnosed(value, slope).findings.filter(({ fault }) => fault === "ownOperation")).toEqual([]);
  });
});
