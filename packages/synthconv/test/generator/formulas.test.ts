/** What each kind of generator writes, against its formula written out by hand over the parameters that it names. */
import { describe, expect, it } from "vitest";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import {
  describeGenerator,
  type GeneratorSettings,
  type PlainArray,
  placeTensors,
  plainArithmetic,
} from "../../src/generator/index.js";

/** A layer of two output and three input channels with 1x2 kernels, and its bias: N = 14. */
const PLACES = placeTensors([
  { name: "layer.weight", shape: [2, 3, 1, 2] },
  { name: "layer.bias", shape: [2] },
]);
const N = 14;
const D = 2;
const BATCH = 3;

function normals(shape: Shape, purpose: string): Float64Array {
  const stream = new RandomStream({ seed: 4, purpose });
  return Float64Array.from({ length: sizeOf(shape) }, () => stream.normal());
}

const CONDITION = normals([BATCH, D], "condition");

/** What a generator of these settings writes for sample b, all tensors end to end, and what its parameters are. */
function run(settings: GeneratorSettings) {
  const generator = describeGenerator(settings, { conditionLength: D, places: PLACES });
  const parameters = new Map(
    Array.from(generator.parameters, ([name, shape]) => [name, { shape, data: normals(shape, name) }]),
  );
  const of = (name: string): PlainArray => parameters.get(name) as PlainArray;
  const condition = { shape: [BATCH, D], data: CONDITION };
  const written = [...generator.forward(plainArithmetic, of, condition).values()];
  const sample = (b: number): number[] =>
    written.flatMap(({ data }) => [
      ...data.slice((b * data.length) / BATCH, ((b + 1) * data.length) / BATCH),
    ]);
  return { sample, of: (name: string) => of(name).data };
}

/** W x + c */
function layer(weight: Float64Array, bias: Float64Array, x: readonly number[]): number[] {
  return Array.from(bias, (offset, o) =>
    x.reduce((sum, value, i) => sum + (weight[o * x.length + i] as number) * value, offset),
  );
}

const conditionOf = (b: number): number[] => [...CONDITION.slice(b * D, (b + 1) * D)];
const relu = (x: readonly number[]): number[] => x.map((value) => Math.max(0, value));

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-12);
  });
}

describe("the formula of the kind", () => {
  it("full: every number by the head", () => {
    const { sample, of } = run({ hidden: [4] });
    for (let b = 0; b < BATCH; b++) {
      const h = relu(layer(of("hidden.0.weight"), of("hidden.0.bias"), conditionOf(b)));
      expectClose(sample(b), layer(of("head.weight"), of("head.bias"), h));
    }
  });

  it("chunked by embedding: condition and chunk's numbers through one head, chunk after chunk", () => {
    const { sample, of } = run({ kind: "chunked", hidden: [4], chunkSize: 5, chunkLength: 3 });
    for (let b = 0; b < BATCH; b++) {
      const chunks = [0, 1, 2].flatMap((chunk) => {
        const known = [...of("chunks").slice(chunk * 3, chunk * 3 + 3)];
        const h = relu(layer(of("hidden.0.weight"), of("hidden.0.bias"), [...conditionOf(b), ...known]));
        return layer(of("head.weight"), of("head.bias"), h);
      });
      // A weight's variance is 2 / (2 * 6), that of a bias 1.
      const scaled = chunks.slice(0, N).map((value, i) => (i < 12 ? value / Math.sqrt(6) : value));
      expectClose(sample(b), scaled);
    }
  });

  it("chunked by projection: what a chunk's own layer makes of the condition through one head", () => {
    const { sample, of } = run({
      kind: "chunked",
      hidden: [],
      chunkSize: 7,
      chunkLength: 3,
      chunkBy: "projection",
    });
    for (let b = 0; b < BATCH; b++) {
      const projected = layer(of("chunks.weight"), of("chunks.bias"), conditionOf(b));
      const chunks = [0, 1].flatMap((chunk) =>
        layer(of("head.weight"), of("head.bias"), projected.slice(chunk * 3, chunk * 3 + 3)),
      );
      expectClose(
        sample(b),
        chunks.map((value, i) => (i < 12 ? value / Math.sqrt(6) : value)),
      );
    }
  });

  it("lowRank: A B for the weight, the bias whole", () => {
    const { sample, of } = run({ kind: "lowRank", hidden: [], rank: 1 });
    for (let b = 0; b < BATCH; b++) {
      const [a0, a1, ...rest] = layer(of("head.weight"), of("head.bias"), conditionOf(b)) as [number, number];
      const right = rest.slice(0, 6) as number[];
      expectClose(sample(b), [
        ...right.map((value) => a0 * value),
        ...right.map((value) => a1 * value),
        ...rest.slice(6),
      ]);
    }
  });

  it.each([undefined, 2])("mixture: shares of the softmax times the sets, with the top %s", (top) => {
    const settings = {
      kind: "mixture",
      hidden: [],
      experts: 3,
      ...(top === undefined ? {} : { top }),
    } as const;
    const { sample, of } = run(settings);
    for (let b = 0; b < BATCH; b++) {
      const logits = layer(of("head.weight"), of("head.bias"), conditionOf(b));
      const least =
        top === undefined ? Number.NEGATIVE_INFINITY : ([...logits].sort((x, y) => y - x)[top - 1] as number);
      const powers = logits.map((value) => (value >= least ? Math.exp(value) : 0));
      const total = powers.reduce((x, y) => x + y, 0);
      const mixed = Array.from({ length: N }, (_, i) =>
        powers.reduce((sum, power, m) => sum + (power / total) * (of("bank")[m * N + i] as number), 0),
      );
      expectClose(sample(b), mixed);
    }
  });

  it.each([true, false])("modulation: s_i w, demodulated: %s", (demodulate) => {
    const { sample, of } = run({ kind: "modulation", hidden: [], demodulate });
    for (let b = 0; b < BATCH; b++) {
      const s = layer(of("head.weight"), of("head.bias"), conditionOf(b)).map((value) => 1 + value);
      const scaled = Array.from(
        of("base").slice(0, 12),
        (value, i) => value * (s[Math.floor(i / 2) % 3] as number),
      );
      const norms = [0, 1].map((o) =>
        Math.sqrt(scaled.slice(o * 6, o * 6 + 6).reduce((sum, value) => sum + value * value, 1e-8)),
      );
      const weight = scaled.map((value, i) =>
        demodulate ? value / (norms[Math.floor(i / 6)] as number) : value,
      );
      expectClose(sample(b), [...weight, ...of("base").slice(12)]);
    }
  });

  it("film: the layer's outputs scaled and shifted", () => {
    const { sample, of } = run({ kind: "film", hidden: [] });
    const base = of("base");
    for (let b = 0; b < BATCH; b++) {
      const written = layer(of("head.weight"), of("head.bias"), conditionOf(b));
      const g = written.slice(0, 2).map((value) => 1 + value);
      const h = written.slice(2);
      const weight = Array.from(base.slice(0, 12), (value, i) => value * (g[Math.floor(i / 6)] as number));
      const bias = Array.from(base.slice(12), (value, o) => value * (g[o] as number) + (h[o] as number));
      expectClose(sample(b), [...weight, ...bias]);
    }
  });

  it("free: the condition's shares of the table's rows", () => {
    const { sample, of } = run({ kind: "free" });
    for (let b = 0; b < BATCH; b++) {
      const [first, second] = conditionOf(b) as [number, number];
      const row = Array.from(
        { length: N },
        (_, i) => first * (of("table")[i] as number) + second * (of("table")[N + i] as number),
      );
      expectClose(sample(b), row);
    }
  });

  it("chunked in one chunk is the full kind with the chunk's numbers beside the condition", () => {
    const { sample, of } = run({ kind: "chunked", hidden: [], chunkSize: N, chunkLength: 1 });
    for (let b = 0; b < BATCH; b++) {
      const whole = layer(of("head.weight"), of("head.bias"), [...conditionOf(b), of("chunks")[0] as number]);
      expectClose(
        sample(b),
        whole.map((value, i) => (i < 12 ? value / Math.sqrt(6) : value)),
      );
    }
  });
});
