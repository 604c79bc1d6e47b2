/** `initialize({ conditions })`: what is written for a real batch has the size that is meant, whatever the conditions are. */
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import type { GeneratorSettings } from "../../src/generator/index.js";
import { conditions, hypernetize, WeightGenerator } from "../../src/hyper/index.js";
import { BatchNorm, Conv2d, Linear, Module, ReLU, Sequential } from "../../src/nn/index.js";
import { mean, multiply, relu } from "../../src/ops/index.js";

const KINDS: Readonly<Record<string, GeneratorSettings>> = {
  full: { hidden: [24] },
  "full, without hidden layers": { hidden: [] },
  lowRank: { kind: "lowRank", hidden: [24], rank: 2 },
  mixture: { kind: "mixture", hidden: [24], experts: 4, top: 2 },
  modulation: { kind: "modulation", hidden: [24], demodulate: false },
  "modulation, demodulated": { kind: "modulation", hidden: [24] },
  film: { kind: "film", hidden: [24] },
  free: { kind: "free" },
  chunked: { kind: "chunked", hidden: [24], chunkSize: 50, chunkLength: 12 },
};

/** Conditions as people have them: far from mean square 1, on an offset, nearly alike. */
const BATCHES: Readonly<Record<string, (random: () => number) => number>> = {
  tiny: (random) => 1e-3 * random(),
  large: (random) => 40 * random(),
  "on an offset": (random) => 5 + 0.01 * random(),
  "half of them 0": (random) => Math.max(0, random()),
};

function batch(shape: Shape, number: (random: () => number) => number): Tensor {
  const stream = new RandomStream({ seed: 3, purpose: "conditions" });
  const data = Float32Array.from({ length: sizeOf(shape) }, () => number(() => stream.normal()));
  return tensor(data, { shape });
}

const network = () =>
  new Sequential(new Conv2d(3, 12, 3), new BatchNorm(12), new ReLU(), new Conv2d(12, 6, 1));

describe("a hypernetwork that is initialized with the conditions of a batch", () => {
  it.each(Object.keys(KINDS).flatMap((kind) => Object.keys(BATCHES).map((name) => [kind, name] as const)))(
    "writes by %s, for conditions that are %s, what is meant",
    (kind, name) => {
      const values = batch([5, 7], BATCHES[name] as (random: () => number) => number);
      const generator = KINDS[kind] as GeneratorSettings;
      const options = { parameters: "all", generator, condition: 7 } as const;
      const measured = hypernetize(network(), options).initialize({ seed: 1, conditions: values });
      const { tensors } = measured.describe(values);
      // Gains are described with the 1 that is added to them.
      const drawn = tensors.filter(({ path }) => path !== "1.weight");
      const ratios = drawn.map(({ written = 0, target = 0 }) => (written / target) ** 2);
      if (kind === "chunked") {
        // One head for all: their mean, each number counted once.
        const numbers = drawn.map((one) => one.numbers);
        const all = numbers.reduce((sum, count) => sum + count, 0);
        const weighted = ratios.reduce((sum, ratio, index) => sum + ratio * (numbers[index] as number), 0);
        // Gains are described with the 1 that is added to them.
        expect(weighted / all).toBeGreaterThan(0.95);
        expect(weighted / all).toBeLessThan(1.05);
      } else {
        for (const ratio of ratios) expect(ratio).toBeCloseTo(1, 4);
      }
    },
  );

  it("measures behind an encoder of images, which it has initialized before", () => {
    class Features extends Module {
      layer = new Linear(3, 4);
      forward(images: Tensor): Tensor {
        return relu(this.layer.forward(mean(images, { axes: [2, 3] })));
      }
    }
    const images = batch([6, 3, 4, 4], (random) => 100 + random());
    const read = conditions.encoded(new Features(), 4);
    const options = { parameters: "all", generator: { hidden: [8] }, condition: read } as const;
    const measured = hypernetize(network(), options).initialize({ seed: 4, conditions: images });
    const [first] = measured.describe(images).tensors;
    expect((first?.written as number) / (first?.target as number)).toBeCloseTo(1, 4);
  });

  it("keeps what the conditions tell from each other: the written sets are the usual ones, scaled", () => {
    const values = batch([3, 7], (random) => 4 * random());
    const options = { parameters: /^0\.weight$/, generator: { hidden: [8] }, condition: 7 } as const;
    const usual = hypernetize(network(), options).initialize({ seed: 2 }).weights(values).get("0.weight");
    const scaled = hypernetize(network(), options)
      .initialize({ seed: 2, conditions: values })
      .weights(values)
      .get("0.weight");
    const factor = (scaled?.data[0] as number) / (usual?.data[0] as number);
    scaled?.data.forEach((value, index) => {
      expect(value).toBeCloseTo(factor * (usual?.data[index] as number), 5);
    });
  });

  it("leaves alone what is 0", () => {
    const options = { parameters: "all", generator: { hidden: [8] }, condition: 2 } as const;
    const silent = hypernetize(network(), { ...options, initialization: "hyperfanOut" });
    const values = batch([2, 2], (random) => random());
    expect(
      silent
        .initialize({ seed: 0, conditions: values })
        .weights(values)
        .get("3.bias")
        ?.data.every((value) => value === 0),
    ).toBe(true);
    const nothing = batch([2, 2], () => 0);
    const { tensors } = hypernetize(network(), options)
      .initialize({ seed: 0, conditions: nothing })
      .describe(nothing);
    expect(tensors.every(({ written }) => Number.isFinite(written))).toBe(true);
  });

  it("refuses to measure what it does not draw", () => {
    const values = batch([2, 2], (random) => random());
    const own = {
      parameters: "all",
      generator: { hidden: [] },
      condition: 2,
      initialization: "own",
    } as const;
    const trained = network().initialize({ seed: 1 });
    expect(() => hypernetize(trained, own).initialize({ seed: 0, conditions: values })).toThrow(
      "WeightGenerator initialize: expected a start that draws numbers, to measure what they write, received conditions for a start by given numbers. Leave conditions out: what is written first is given.",
    );
    class Writer extends Module {
      forward(): Record<string, Tensor> {
        return {};
      }
    }
    const written = { parameters: "all", generator: new Writer(), condition: 2 } as const;
    expect(() => hypernetize(network(), written).initialize({ seed: 0, conditions: values })).toThrow(
      "initialize conditions: expected a generator of the library's, whose first numbers can be scaled, received a module of your own as the generator. Leave conditions out: the module starts as it initializes itself.",
    );
  });
});

describe("a generator by itself", () => {
  it("is measured in the same way", () => {
    const values = batch([4, 3], (random) => 10 * random());
    const generator = new WeightGenerator({
      conditionLength: 3,
      hidden: [16],
      tensors: [
        { name: "w", shape: [8, 5] },
        { name: "v", shape: [2, 8], gain: 1 },
      ],
    }).initialize({ seed: 0, conditions: values });
    const written = generator.forward(values);
    for (const name of ["w", "v"] as const) {
      const square = mean(multiply(written[name], written[name])).item();
      expect(square / generator.targetVariance(name)).toBeCloseTo(1, 4);
    }
    expect(() => generator.initialize({ seed: 0, conditions: batch([4, 2], () => 1) })).toThrow(
      "WeightGenerator condition: expected [B,3], received [4,2]. Give one row per sample, as many rows as there are images.",
    );
    expect(() => generator.initialize({ seed: 0, condition: values } as never)).toThrow(
      "initialize options: expected names out of seed, conditions, received condition. Write { conditions: ... }.",
    );
  });
});
