/** The mean square of what generators of every kind write first, over many seeds, against the variance that is meant. */
import { describe, expect, it } from "vitest";
import { RandomStream, sizeOf } from "../../src/core/index.js";
import {
  describeGenerator,
  type GeneratorInitialization,
  type GeneratorSettings,
  type PlainArray,
  placeTensors,
  plainArithmetic,
} from "../../src/generator/index.js";

const SEEDS = 200;
const CONDITIONS = 8;
const LENGTH = 12;

const KINDS: readonly GeneratorSettings[] = [
  { hidden: [24] },
  { kind: "chunked", hidden: [24], chunkSize: 50, chunkLength: 12 },
  { kind: "chunked", hidden: [], chunkSize: 36, chunkLength: 12, chunkBy: "projection" },
  { kind: "lowRank", hidden: [24], rank: 2 },
  { kind: "mixture", hidden: [24], experts: 4 },
  { kind: "mixture", hidden: [24], experts: 4, top: 2 },
  { kind: "modulation", hidden: [24], demodulate: false },
  { kind: "modulation", hidden: [24] },
  { kind: "film", hidden: [24] },
];

const PLACES = placeTensors([
  { name: "first.weight", shape: [12, 3, 3, 3] },
  { name: "first.bias", shape: [12] },
  { name: "last.weight", shape: [6, 12, 1, 1], gain: 1 },
]);

/** Twice the usual size: the generator receives its mean square. */
function conditions(seed: number): PlainArray {
  const stream = new RandomStream({ seed, purpose: "conditions" });
  const data = Float64Array.from({ length: CONDITIONS * LENGTH }, () => 2 * stream.normal());
  return { shape: [CONDITIONS, LENGTH], data };
}

/** Of every tensor, its mean square over all seeds and conditions. */
function meanSquares(settings: GeneratorSettings, initialization: GeneratorInitialization): number[] {
  const start = { initialization, conditionMeanSquare: 4 };
  const generator = describeGenerator(settings, { conditionLength: LENGTH, places: PLACES });
  const initializers = generator.initializers(start);
  const totals = PLACES.map(() => 0);
  for (let seed = 0; seed < SEEDS; seed++) {
    const parameters = new Map<string, PlainArray>();
    for (const [name, shape] of generator.parameters) {
      const random = new RandomStream({ seed, purpose: name });
      const data = initializers.get(name)?.(shape, random) ?? new Float64Array(sizeOf(shape));
      parameters.set(name, { shape, data });
    }
    const parameter = (name: string): PlainArray => parameters.get(name) as PlainArray;
    const written = generator.forward(plainArithmetic, parameter, conditions(seed));
    PLACES.forEach(({ name }, index) => {
      const { data } = written.get(name) as PlainArray;
      const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
      totals[index] = (totals[index] as number) + square / SEEDS;
    });
  }
  return totals;
}

describe.each(KINDS)("first weights of a generator of %j", (settings) => {
  it.each(["hyperfanIn", "hyperfanOut", "harmonic"] as const)("have the variance of %s", (initialization) => {
    const generator = describeGenerator(settings, { conditionLength: LENGTH, places: PLACES });
    const start = { initialization, conditionMeanSquare: 4 };
    const targets = PLACES.map((place) => generator.targetVariance(start, place));
    meanSquares(settings, initialization).forEach((square, index) => {
      expect(Math.abs(square - (targets[index] as number))).toBeLessThan(
        0.05 * (targets[index] as number) + 1e-9,
      );
    });
  });
});

describe("the variance that is meant", () => {
  const start = (initialization: GeneratorInitialization) => ({ initialization, conditionMeanSquare: 1 });
  const generator = describeGenerator({ hidden: [] }, { conditionLength: 1, places: PLACES });
  const of = (initialization: GeneratorInitialization): number[] =>
    PLACES.map((place) => generator.targetVariance(start(initialization), place));

  it("is r / (c d_j) for weights and r / 2 for biases by fan-in", () => {
    expect(of("hyperfanIn")).toEqual([2 / (2 * 27), 1, 1 / 12]);
  });

  it("is r / d_i for weights and what they leave for biases by fan-out", () => {
    expect(of("hyperfanOut")).toEqual([2 / 108, 2 * (1 - 27 / 108), 1 / 6]);
  });

  it("is the harmonic mean of both", () => {
    const mean = (a: number, b: number): number => 2 / (1 / a + 1 / b);
    const expected = [mean(1 / 27, 1 / 54), mean(1, 1.5), mean(1 / 12, 1 / 6)];
    of("harmonic").forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 14);
    });
  });
});
