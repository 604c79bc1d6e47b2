import { describe, expect, it } from "vitest";
import { grad, ones, Parameter, type Tensor, tensor, zeros } from "../../src/autograd/index.js";
import { UninitializedError } from "../../src/core/errors.js";
import { initializers } from "../../src/core/initializers.js";
import { conv2dTensors, SynthesizedConv2d, WeightGenerator } from "../../src/hyper/index.js";
import { Conv2d, declareParameter, Embedding, Linear, Module, Sequential } from "../../src/nn/index.js";
import { pixelNetwork, pixelNetworkLoss } from "../../src/ops/index.js";
import { Adam } from "../../src/train/index.js";

const image = zeros([2, 3, 4, 4]);
const REPAIR = "Call model.initialize({ seed }) or model.loadStateDict(state) on the whole model first.";

class Pixels extends Module {
  readonly weight: Parameter = declareParameter([3, 3, 1, 1], initializers.constant(0.5));

  forward(x: Tensor): Tensor {
    return pixelNetwork(x, [{ weight: this.weight }]);
  }

  loss(x: Tensor): Tensor {
    return pixelNetworkLoss(x, image, [{ weight: this.weight }], { loss: "mse" });
  }
}

/** A module, its forward pass, and what a message calls its parameter before a module named it. */
const CASES: readonly (readonly [string, Module, (module: never) => unknown, string])[] = [
  [
    "Linear",
    new Linear(3, 2),
    (m: Linear) => m.forward(ones([1, 3])),
    "linear: the weight of a Linear [2,3]",
  ],
  [
    "Conv2d",
    new Conv2d(3, 2, 1),
    (m: Conv2d) => m.forward(image),
    "conv2d: the weight of a Conv2d [2,3,1,1]",
  ],
  [
    "Embedding",
    new Embedding(4, 2),
    (m: Embedding) => m.forward([0]),
    "gather: the weight of an Embedding [4,2]",
  ],
  ["pixelNetwork", new Pixels(), (m: Pixels) => m.forward(image), "pixelNetwork: a parameter [3,3,1,1]"],
  ["pixelNetworkLoss", new Pixels(), (m: Pixels) => m.loss(image), "pixelNetworkLoss: a parameter [3,3,1,1]"],
  [
    "WeightGenerator",
    new WeightGenerator({ conditionLength: 2, hidden: [3], tensors: [{ name: "weight", shape: [3, 3] }] }),
    (m: WeightGenerator) => m.forward(ones([1, 2])),
    "linear: hidden.0.weight of a generator [3,2]",
  ],
  [
    "SynthesizedConv2d without a condition",
    new SynthesizedConv2d(
      new WeightGenerator({ conditionLength: 0, hidden: [], tensors: conv2dTensors(3, 2) }),
    ),
    (m: SynthesizedConv2d) => m.forward(image, zeros([2, 0])),
    "linear: head.bias of a generator [8]",
  ],
];

describe("parameters that were never initialized", () => {
  it.each(CASES)("stop the forward pass of %s", (_name, module, forward, sentence) => {
    const [operation, parameter] = sentence.split(": ");
    const expected = `${operation}: expected parameters that have numbers, received ${parameter}, which was never initialized. ${REPAIR}`;
    expect(() => forward(module as never)).toThrow(expected);
    expect(() => forward(module as never)).toThrow(UninitializedError);
    expect(() => forward(module.initialize({ seed: 1 }) as never)).not.toThrow();
  });

  it("are named by their path once a module was asked for its parameters", () => {
    const network = new Sequential(new Linear(2, 3), new Linear(3, 1));
    expect(network.parameters()).toHaveLength(4);
    expect(() => network.forward(ones([1, 2]))).toThrow("received parameter 0.weight, which was never");
  });

  it("are refused by an optimizer, by name", () => {
    expect(() => new Adam(new Linear(2, 3).parameters(), { learningRate: 0.1 })).toThrow(
      `Adam: expected parameters that have numbers, received parameter weight, which was never initialized. ${REPAIR}`,
    );
  });

  it("stay so through a change of the element type and through a snapshot, until they are loaded", () => {
    const layer = new Linear(2, 1, { bias: false }).to("float64");
    const x = ones([1, 2], { dtype: "float64" });
    const restore = layer.snapshot();
    layer.loadStateDict(new Map([["weight", { shape: [1, 2], data: Float64Array.of(3, 4) }]]));
    expect(layer.forward(x).item()).toBe(7);
    restore();
    expect(() => layer.forward(x)).toThrow(UninitializedError);
    expect(layer.initialize({ seed: 0 }).forward(x).item()).not.toBeNaN();
  });

  it("are those that were declared: one made with numbers, also NaN, is the caller's", () => {
    const own = new Parameter(tensor([Number.NaN]));
    expect(grad(own.square().sum(), [own])[0]?.data).toEqual(Float32Array.of(Number.NaN));
  });
});

describe("zeroGrad of a module", () => {
  it("forgets every gradient inside, also of parameters that no optimizer holds", () => {
    const network = new Sequential(new Linear(2, 3), new Linear(3, 1)).initialize({ seed: 0 });
    network
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect(network.parameters().every(({ grad: gradient }) => gradient !== undefined)).toBe(true);
    network.zeroGrad();
    expect(network.parameters().every(({ grad: gradient }) => gradient === undefined)).toBe(true);
  });
});
