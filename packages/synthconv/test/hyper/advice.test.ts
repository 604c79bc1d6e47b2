/** What a hypernetized network warns of. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ones, type Tensor, tensor, zeros } from "../../src/autograd/index.js";
import type { GeneratorSettings } from "../../src/generator/index.js";
import { hypernetize } from "../../src/hyper/index.js";
import { Conv2d, GroupNorm, Linear, Module, ReLU, Sequential } from "../../src/nn/index.js";
import { multiply, relu, reshape } from "../../src/ops/index.js";

const network = (): Sequential =>
  new Sequential(new Conv2d(2, 3, 1), new ReLU(), new Conv2d(3, 2, 1)).initialize({ seed: 1 });
const usual = { parameters: "all", generator: { hidden: [4] }, condition: 2 } as const;
const KINDS: GeneratorSettings[] = [
  { kind: "full", hidden: [4] },
  { kind: "chunked", hidden: [4], chunkSize: 8, chunkLength: 2 },
  { kind: "lowRank", hidden: [4], rank: 1 },
  { kind: "mixture", hidden: [4], experts: 2 },
  { kind: "modulation", hidden: [4] },
  { kind: "modulation", hidden: [4], demodulate: false },
  { kind: "film", hidden: [4] },
  { kind: "free" },
];
const different = tensor([
  [1, 2],
  [-1, 1],
]);

describe("a hypernetized network warns once", () => {
  const warn = vi.spyOn(console, "warn");
  beforeEach(() => void warn.mockReset().mockReturnValue(undefined));
  afterEach(() => void warn.mockReset());
  const said = (): unknown[] => warn.mock.calls.map(([text]) => text);

  it("and only at its first call: what training makes of the numbers is not how it starts", () => {
    const hyper = hypernetize(network(), usual).initialize({ seed: 1 });
    hyper.forward(zeros([1, 2]), ones([1, 2, 2, 2]));
    hyper.forward(tensor([[300, -100]]), ones([1, 2, 2, 2]));
    expect(said()).toEqual([]);
  });

  it("of conditions that are far from the size that initialization counts on", () => {
    const hyper = hypernetize(network(), usual).initialize({ seed: 1 });
    for (let i = 0; i < 2; i++) hyper.forward(tensor([[200, -100]]), ones([1, 2, 2, 2]));
    expect(said()).toEqual([
      "synthconv: conditions have a mean square of 2.50e+4, and the first weights are drawn for 1. Scale them to about 1, or say hypernetize(network, { conditionMeanSquare: 2.50e+4 }).",
    ]);
    hypernetize(network(), { ...usual, conditionMeanSquare: 2.5e4 })
      .initialize({ seed: 1 })
      .forward(tensor([[200, -101]]), ones([1, 2, 2, 2]));
    expect(said()).toHaveLength(1);
  });

  it("of a ReLU at the end of the generator", () => {
    class Positive extends Module {
      readonly head = new Linear(2, 36);
      forward(condition: Tensor): Record<string, Tensor> {
        return { weight: reshape(relu(this.head.forward(condition)), [-1, 6, 6, 1, 1]) };
      }
    }
    const options = { ...usual, parameters: ["weight"], generator: new Positive() };
    hypernetize(new Conv2d(6, 6, 1).initialize({ seed: 1 }), options)
      .initialize({ seed: 1 })
      .forward(ones([1, 2]), ones([1, 6, 2, 2]));
    expect(said()).toEqual([
      "synthconv: every weight of weight is 0 or more: a ReLU ends the generator, so the layer can only add up what it reads. End it with a linear layer.",
    ]);
  });

  it("of a generator that outweighs what it writes, with the calls that cure it", () => {
    hypernetize(network(), { ...usual, generator: { hidden: [500] } });
    expect(said()).toEqual([
      'synthconv: the generator has 10017 parameters to write 17 numbers. Give it less: { kind: "lowRank", rank: 4, hidden: [16] } or { kind: "chunked", chunkSize: 2, chunkLength: 8, hidden: [16] }.',
    ]);
  });

  it("of a head that is 0 without being declared so", () => {
    const silence = (initialization?: "bias") => {
      const hyper = hypernetize(network(), {
        ...usual,
        ...(initialization && { initialization }),
      }).initialize({ seed: 1 });
      hyper
        .namedParameters()
        .get("generator.head.weight")
        ?.assign(new Float32Array(17 * 4));
      hyper.forward(different, ones([2, 2, 2, 2]));
    };
    silence("bias");
    expect(said()).toEqual([]);
    silence();
    expect(said()).toEqual([
      'synthconv: 0.weight, 0.bias, 2.weight and 1 more are the same for every condition: the generator\'s last layer is 0, and its gradient stops there. Start with hyperfanIn, or declare it: { initialization: "bias" }.',
    ]);
  });

  it("once of all that is the same, however much it is", () => {
    const hyper = hypernetize(new Sequential(network(), new Linear(2, 2)), usual).initialize({ seed: 1 });
    hyper
      .namedParameters()
      .get("generator.head.weight")
      ?.assign(new Float32Array(23 * 4));
    hyper.forward(different, ones([2, 2, 2, 2]));
    expect(said()).toEqual([
      'synthconv: 0.0.weight, 0.0.bias, 0.2.weight and 3 more are the same for every condition: the generator\'s last layer is 0, and its gradient stops there. Start with hyperfanIn, or declare it: { initialization: "bias" }.',
    ]);
  });

  it("of a generator of one's own by what can be done about it", () => {
    class Deaf extends Module {
      readonly bias = new Linear(2, 3);
      forward(condition: Tensor): Record<string, Tensor> {
        return { "0.bias": this.bias.forward(multiply(condition, 0)) };
      }
    }
    const options = { ...usual, parameters: ["0.bias"], generator: new Deaf() };
    hypernetize(network(), options)
      .initialize({ seed: 1 })
      .forward(different, ones([2, 2, 2, 2]));
    expect(said()).toEqual([
      "synthconv: 0.bias is the same for every condition: the generator does not use the condition, or its last layer is 0 and its gradient stops there. Start its last layer with numbers other than 0.",
    ]);
  });

  it.each(KINDS)("of nothing where a generator starts as it does by itself: %j", (generator) => {
    const target = new Sequential(new Conv2d(2, 4, 1), new GroupNorm(2, 4), new ReLU(), new Conv2d(4, 2, 3));
    hypernetize(target, { ...usual, generator })
      .initialize({ seed: 1 })
      .forward(different, ones([2, 2, 4, 4]));
    expect(said()).toEqual([]);
  });

  it("of what the network does not read", () => {
    class Half extends Module {
      readonly used = new Linear(3, 3);
      readonly unused = new Linear(3, 3);
      forward(x: Tensor): Tensor {
        return this.used.forward(x);
      }
    }
    const hyper = hypernetize(new Half(), { ...usual, parameters: /bias/ }).initialize({ seed: 1 });
    hyper.forward(ones([1, 2]), zeros([2, 3]));
    expect(said()).toEqual([
      "synthconv: the network does not read unused.bias: what is written there never learns.",
    ]);
  });
});
