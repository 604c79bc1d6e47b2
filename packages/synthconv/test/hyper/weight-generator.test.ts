import { describe, expect, it } from "vitest";
import { closeTo } from "../../../../test-support/close-to.js";
import { type Tensor, tensor, zeros } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import type { GeneratorInitialization } from "../../src/generator/index.js";
import { conv2dTensors, SynthesizedConv2d, WeightGenerator } from "../../src/hyper/index.js";
import { conv2d, mean, relu, slice, square, sum } from "../../src/ops/index.js";

function random(shape: Shape, purpose: string): Tensor {
  const stream = new RandomStream({ seed: 11, purpose });
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    { shape },
  );
}

const tensors = [
  { name: "layers.0.weight", shape: [4, 3, 1, 1] },
  { name: "layers.0.bias", shape: [4] },
  { name: "layers.1.weight", shape: [3, 4, 1, 1], gain: 1 },
] as const;

type Name = (typeof tensors)[number]["name"];
const names: readonly Name[] = tensors.map(({ name }) => name);

function make(conditionLength: number, initialization?: GeneratorInitialization): WeightGenerator<Name> {
  const options = { conditionLength, hidden: [6, 5], tensors };
  return new WeightGenerator(initialization ? { ...options, initialization } : options).initialize({
    seed: 2,
  });
}

describe("WeightGenerator", () => {
  it("names its parameters as a look file does", () => {
    const shapes = (conditionLength: number): [string, Shape][] =>
      [...make(conditionLength).namedParameters()].map(([name, { shape }]) => [name, shape]);
    expect(shapes(2)).toEqual([
      ["hidden.0.weight", [6, 2]],
      ["hidden.0.bias", [6]],
      ["hidden.1.weight", [5, 6]],
      ["hidden.1.bias", [5]],
      ["head.weight", [28, 5]],
      ["head.bias", [28]],
    ]);
    expect(shapes(0)).toEqual([["head.bias", [28]]]);
  });

  it("cuts the head's output into tensors, end to end in the order of their declaration", () => {
    const generator = make(0);
    generator
      .namedParameters()
      .get("head.bias")
      ?.assign(Float32Array.from({ length: 28 }, (_, i) => i));
    const written = generator.forward(zeros([2, 0]));
    expect(written["layers.0.weight"].shape).toEqual([2, 4, 3, 1, 1]);
    expect(written["layers.0.bias"].toArray()).toEqual([
      [12, 13, 14, 15],
      [12, 13, 14, 15],
    ]);
    expect([...written["layers.1.weight"].data.slice(0, 12)]).toEqual([
      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
    ]);
  });

  it("writes for each condition what it writes for that condition alone", () => {
    const generator = make(2);
    const conditions = random([3, 2], "conditions");
    const together = generator.forward(conditions);
    for (let b = 0; b < 3; b++) {
      const alone = generator.forward(slice(conditions, [[b, b + 1]]));
      for (const name of names) {
        expect(slice(together[name], [[b, b + 1]]).data).toEqual(alone[name].data);
      }
    }
  });

  it.each([0, 2])("passes an exact gradient to every parameter, D = %s", (conditionLength) => {
    const generator = make(conditionLength).to("float64");
    const condition = tensor(Float64Array.from(random([3, conditionLength], "c").data), {
      shape: [3, conditionLength],
    });
    const loss = (): Tensor => {
      const written = generator.forward(condition);
      const squares = names.map((name) => sum(square(written[name])));
      return squares.reduce((total, one) => total.add(one));
    };
    for (const parameter of generator.parameters()) {
      loss().backward();
      const analytic = [...(parameter.grad?.data ?? [])];
      expect(analytic.some((entry) => entry !== 0)).toBe(true);
      for (const one of generator.parameters()) one.grad = undefined;
      parameter.data.forEach((value, entry) => {
        const at = (shifted: number): number => {
          parameter.data[entry] = shifted;
          return loss().item();
        };
        const numeric = (at(value + 1e-5) - at(value - 1e-5)) / 2e-5;
        parameter.data[entry] = value;
        expect(Math.abs(numeric - (analytic[entry] as number))).toBeLessThan(
          1e-6 * Math.max(1, Math.abs(numeric)),
        );
      });
    }
  });

  describe("initialization", () => {
    /** Mean square of what a generator writes for standard normal conditions, over many seeds. */
    function meanSquare(inputs: number, initialization: GeneratorInitialization, hidden = [32]): number {
      // Twice the usual size: the generator receives it.
      const conditions = random([8, 8], "many conditions").multiply(2);
      const conditionMeanSquare = mean(square(conditions)).item();
      let total = 0;
      const seeds = 160;
      for (let seed = 0; seed < seeds; seed++) {
        const generator = new WeightGenerator({
          conditionLength: 8,
          hidden,
          tensors: [{ name: "weight", shape: [16, inputs, 1, 1] }],
          initialization,
          conditionMeanSquare,
        }).initialize({ seed });
        total += mean(square(generator.forward(conditions).weight)).item();
      }
      return total / seeds;
    }

    it.each([
      [3, [32]],
      [32, [32]],
      [3, []],
      [3, [24, 40]],
    ])("hyperfan-in writes a 1x1 kernel of %s channels with He's variance, hidden %j", (inputs, hidden) => {
      const ratio = meanSquare(inputs, "hyperfanIn", hidden) / (2 / inputs);
      expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
    });

    it("PyTorch's default does not: far too small for 3 channels", () => {
      expect(meanSquare(3, "torch") / (2 / 3)).toBeLessThan(0.5);
    });

    it("shares the variance between a weight and its bias, and follows the gain", () => {
      const generator = new WeightGenerator({
        conditionLength: 0,
        hidden: [],
        tensors: [
          { name: "a.weight", shape: [400, 25] },
          { name: "a.bias", shape: [4000] },
          { name: "b.weight", shape: [400, 25], gain: 1 },
        ],
      }).initialize({ seed: 1 });
      const written = generator.forward(zeros([1, 0]));
      const variance = (x: Tensor): number => mean(square(x)).item();
      expect(variance(written["a.weight"])).toBeCloseTo(2 / (2 * 25), 2);
      expect(Math.abs(variance(written["a.bias"]) - 1)).toBeLessThan(0.1);
      expect(variance(written["b.weight"])).toBeCloseTo(1 / 25, 2);
    });

    it("bias: every condition starts with the target's own PyTorch default", () => {
      const generator = make(2, "bias");
      const written = generator.forward(random([2, 2], "two"));
      const weight = written["layers.0.weight"].data;
      expect(weight.slice(0, 12)).toEqual(weight.slice(12));
      const largest = Math.max(...Array.from(weight, Math.abs));
      expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(3));
      expect(largest).toBeGreaterThan(0.3);
      const bias = Math.max(...Array.from(written["layers.0.bias"].data, Math.abs));
      expect(bias).toBeLessThanOrEqual(1 / Math.sqrt(3));
      expect(bias).toBeGreaterThan(0);
    });
  });

  it("refuses conditions and options that do not fit", () => {
    expect(() => make(2).forward(zeros([4, 3]))).toThrow(
      "WeightGenerator condition: expected [B,2], received [4,3]. Give one row per sample, as many rows as there are images.",
    );
    const refused = (change: object, message: string): void => {
      const options = { conditionLength: 1, hidden: [], tensors: [{ name: "w", shape: [2] }] };
      expect(() => new WeightGenerator({ ...options, ...change })).toThrow(message);
    };
    refused({ conditionLength: -1 }, "WeightGenerator conditionLength: expected a whole number of 0 or more");
    refused(
      { conditionMeanSquare: 0 },
      "WeightGenerator conditionMeanSquare: expected a finite number above 0",
    );
    refused(
      { hidden: [0] },
      "WeightGenerator hidden: expected a list of whole numbers of 1 or more, received [0]",
    );
    refused({ kind: "fully" }, "WeightGenerator kind: expected one of full");
    refused(
      { initialization: "hyperfan" },
      'WeightGenerator initialization: expected one of hyperfanIn, hyperfanOut, harmonic, torch, bias, or { weights }, received "hyperfan"',
    );
    refused(
      { initialization: { weights: [1, 2, 3] } },
      "generator initialization: expected 2 weights to start with, received 3",
    );
    const twice = { name: "w", shape: [2] };
    refused({ tensors: [] }, "generator tensors: expected at least one, of different names, received []");
    refused({ tensors: [twice, twice] }, "expected at least one, of different names, received [w,w]");
    const one = (shape: number[], gain = 2): object => ({ tensors: [{ name: "w", shape, gain }] });
    refused(one([2, 0]), "generator tensor w: expected at least one entry, received [2,0]");
    refused(
      one([2, 0.5]),
      "WeightGenerator tensors[0] shape: expected a shape, a list of whole numbers of 0 or more",
    );
    refused({ hidden: 8 }, "received 8. Write { hidden: [8] }.");
    refused({ hidden: [{}] }, "WeightGenerator hidden: expected a list of whole numbers");
    refused({ hidden: undefined }, "received undefined. Write { hidden: [] } for none.");
    refused({ initialization: { weight: [1, 2] } }, "received weight. Write { weights: [1,2] }.");
    refused({ tensors: { name: "w", shape: [2] } }, "Write a list: [{ name, shape }].");
    refused(
      { tensors: [{ name: "w", sahpe: [2] }] },
      "tensors[0]: expected names out of name, shape, gain, deviation, transposedGroups, received sahpe.",
    );
    refused(one([2], 0), "WeightGenerator tensors[0] gain: expected a finite number above 0, received 0");
  });
});

describe("SynthesizedConv2d", () => {
  it("is a loop of convolutions over the samples, with the weights written for each", () => {
    const tensors = conv2dTensors(4, 6, { kernelSize: 3, groups: 2 });
    const generator = new WeightGenerator({ conditionLength: 2, hidden: [5], tensors });
    const layer = new SynthesizedConv2d(generator, { padding: 1, groups: 2 }).initialize({ seed: 4 });
    const [images, conditions] = [random([3, 4, 5, 6], "images"), random([3, 2], "conditions")];
    const together = layer.forward(images, conditions);
    expect(together.shape).toEqual([3, 6, 5, 6]);
    for (let b = 0; b < 3; b++) {
      const written = layer.generator.forward(slice(conditions, [[b, b + 1]]));
      const one = conv2d(slice(images, [[b, b + 1]]), written.weight, written.bias, {
        padding: 1,
        groups: 2,
      });
      closeTo(slice(together, [[b, b + 1]]).data, one.data, 1e-6);
    }
  });

  it("may go without a bias and without a condition", () => {
    const tensors = conv2dTensors(3, 2, { bias: false });
    const layer = new SynthesizedConv2d(new WeightGenerator({ conditionLength: 0, hidden: [], tensors }));
    expect([...layer.namedParameters()].map(([name, { size }]) => [name, size])).toEqual([
      ["generator.head.bias", 6],
    ]);
    layer.initialize({ seed: 1 });
    sum(relu(layer.forward(random([2, 3, 2, 2], "x"), zeros([2, 0])))).backward();
    expect(layer.parameters()[0]?.grad?.shape).toEqual([6]);
  });
});
