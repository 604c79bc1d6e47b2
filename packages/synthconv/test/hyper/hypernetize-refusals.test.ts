/** What hypernetize and its networks refuse, by their messages. */
import { describe, expect, it } from "vitest";
import { ones, type Tensor, tensor } from "../../src/autograd/index.js";
import { conditions, type HypernetizeOptions, hypernetize } from "../../src/hyper/index.js";
import { BatchNorm, Conv2d, Linear, Module, ReLU, Sequential } from "../../src/nn/index.js";
import { mean, relu, reshape } from "../../src/ops/index.js";

const network = (): Sequential =>
  new Sequential(new Conv2d(2, 3, 1), new ReLU(), new Conv2d(3, 2, 1)).initialize({ seed: 1 });
const usual = { parameters: "all", generator: { hidden: [4] }, condition: 2 } as const;
const make = (change: object): unknown =>
  hypernetize(network(), { ...usual, ...change } as HypernetizeOptions<never>);

describe("hypernetize refuses", () => {
  it.each([
    [
      { parameters: /heads/ },
      "hypernetize parameters: expected at least one parameter of the network, received /heads/. It has 0.weight, 0.bias, 2.weight, 2.bias",
    ],
    [{ parameters: /2.wieght/ }, "received /2.wieght/. Did you mean 2.weight? It has"],
    [{ parameters: ["2.weigth"] }, "received 2.weigth. Did you mean 2.weight? It has"],
    [{ parameters: [] }, "received an empty list"],
    [
      { parameters: "2.weight" },
      'hypernetize parameters: expected "all", a regular expression or a list of paths, received "2.weight". Write ["2.weight"]',
    ],
    [{ generator: { kind: "chunked", hidden: [], chunkLength: 2 } }, "hypernetize generator"],
    [{ generator: { kind: "lowrank", hidden: [] } }, 'Write "lowRank"'],
    [
      { generator: new ReLU(), gain: Math.abs },
      "hypernetize gain: expected settings of a generator, which it is for, received a module of your own as the generator. Leave it out: the module starts as it initializes itself",
    ],
    [
      { generator: new ReLU(), initialization: "torch" },
      "hypernetize initialization: expected settings of a generator",
    ],
    [
      { condition: -1 },
      "hypernetize condition: expected a number of numbers, or one of conditions, received -1",
    ],
    [{ conditon: 2 }, "condition"],
    [{ write: "delta" }, 'hypernetize write: expected one of weights, change, received "delta"'],
    [
      { write: "change", initialization: "own" },
      'hypernetize initialization: expected a start for the change, received "own". Leave it out: a change starts at 0, so the network starts as it is',
    ],
    [
      { initialization: { weights: [1, 2] } },
      "generator initialization: expected 17 weights to start with, received 2",
    ],
    [
      { generator: { kind: "lowRank", hidden: [], rank: 1 }, initialization: "own" },
      "generator initialization: expected zeros to start with: a generator of kind lowRank cannot write any numbers whatever the condition",
    ],
    [
      { gain: (): number => -1 },
      "hypernetize gain of 0.weight: expected a finite number above 0, received -1",
    ],
  ])("%j", (change, message) => {
    expect(() => make(change)).toThrow(message);
  });

  it("to start as a network that has no numbers", () => {
    const bare = new Conv2d(2, 2, 1);
    expect(() => hypernetize(bare, { ...usual, initialization: "own" })).toThrow(
      "hypernetize initialization: expected a network that has numbers, to start as it is, received no numbers in weight. Call network.initialize({ seed: 1 }), or load its numbers, before",
    );
  });
});

describe("a hypernetized network refuses", () => {
  const hyper = hypernetize(network(), usual).initialize({ seed: 1 });
  const image = ones([3, 2, 2, 2]);

  it.each([
    [ones([3, 4]), "hypernetwork condition: expected [B,2], one row per sample, received [3,4]"],
    [ones([2]), "hypernetwork condition: expected [B,2], one row per sample, received [2]"],
    [
      tensor([
        [1, 2],
        [3, Number.NaN],
        [5, 6],
      ]),
      "hypernetwork condition: expected finite numbers, received NaN at [1,1]",
    ],
    [
      ones([2, 2]),
      "hypernetwork input 1: expected a batch of 2, as many samples as there are conditions, received 3 in [3,2,2,2]. Give one condition per sample, or one for all of them",
    ],
  ])("a condition that does not fit: %#", (condition, message) => {
    expect(() => hyper.forward(condition, image)).toThrow(message);
  });

  it("what a generator of one's own writes wrongly", () => {
    class Wrong extends Module {
      readonly head = new Linear(2, 3);
      readonly names: readonly string[];
      constructor(names: readonly string[]) {
        super();
        this.names = names;
      }
      forward(condition: Tensor): Record<string, Tensor> {
        return Object.fromEntries(this.names.map((name) => [name, this.head.forward(condition)]));
      }
    }
    const by = (...names: string[]) =>
      hypernetize(network(), { ...usual, parameters: ["0.weight"], generator: new Wrong(names) }).initialize({
        seed: 1,
      });
    expect(() => by("weight").forward(ones([3, 2]), image)).toThrow(
      "hypernetwork generator: expected a tensor [3,3,2,1,1] under 0.weight, received none. Its forward returns { [path]: tensor } for every parameter that it writes",
    );
    expect(() => by("0.weight").forward(ones([3, 2]), image)).toThrow(
      "hypernetwork generator 0.weight: expected [3,3,2,1,1], one set per condition, received [3,3]",
    );
  });

  it("an output without its batch, where samples run one by one", () => {
    class Whole extends Module {
      readonly scale = new Own();
      forward(x: Tensor): Tensor {
        return mean(this.scale.forward(x));
      }
    }
    class Own extends Module {
      readonly inner = new Linear(3, 3);
      forward(x: Tensor): Tensor {
        return relu(reshape(this.inner.forward(x), x.shape));
      }
    }
    class Mine extends Linear {}
    const one = hypernetize(new Sequential(new Mine(3, 3), new Whole()), {
      ...usual,
      parameters: /^0/,
    }).initialize({ seed: 1 });
    expect(() => one.forward(ones([3, 2]), ones([3, 3]))).toThrow(
      "hypernetwork output: expected the batch as the first axis of what the network returns: 1 for the one sample that it was given, received []. Reduce over samples outside of the network",
    );
  });

  it("batch statistics where samples run one by one", () => {
    class Mine extends Linear {}
    const mixed = new Sequential(new Mine(3, 3), new BatchNorm(3)).initialize({ seed: 1 });
    const one = hypernetize(mixed, { ...usual, parameters: /^0/ }).initialize({ seed: 1 });
    expect(() => one.forward(ones([3, 2]), ones([3, 3]))).toThrow(
      "hypernetwork: expected no batch statistics in a network that runs once per sample, received a BatchNorm in training. Call eval() on it",
    );
    expect(one.eval().forward(ones([3, 2]), ones([3, 3])).shape).toEqual([3, 3]);
  });

  it("numbers of tasks that there are not", () => {
    const styles = hypernetize(network(), { ...usual, condition: conditions.task(3, 2) }).initialize({
      seed: 1,
    });
    expect(() => styles.forward([0, 3, 1], image)).toThrow(
      "gather indices: expected indices from 0 to 2, the rows of table [3,2], received 3 at [1]",
    );
    const joined = conditions.joined(conditions.task(3, 2), conditions.vector(1));
    const both = hypernetize(network(), { ...usual, condition: joined }).initialize({ seed: 1 });
    expect(() => both.forward([[0, 1, 2]] as never, image)).toThrow(
      "condition: expected a list of 2 values, one for each condition that was joined, received 1",
    );
  });

  it("and an exception in the middle leaves the network as it was", () => {
    const inner = network();
    const before = inner.parameters();
    const broken = hypernetize(inner, usual).initialize({ seed: 1 });
    expect(() => broken.forward(ones([3, 2]), ones([3, 5, 2, 2]))).toThrow("conv2d");
    expect(inner.parameters()).toEqual(before);
    expect(inner.forward(image).shape).toEqual([3, 2, 2, 2]);
  });
});
