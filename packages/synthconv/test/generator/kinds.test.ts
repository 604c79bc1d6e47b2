import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import {
  describeGenerator,
  type GeneratorKindName,
  type GeneratorSettings,
  generatorSettingsSchema,
  type PlainArray,
  placeTensors,
  plainArithmetic,
} from "../../src/generator/index.js";
import { WeightGenerator } from "../../src/hyper/index.js";

/** Settings of every kind: a kind without an entry does not compile. */
const KINDS: Readonly<Record<GeneratorKindName, readonly GeneratorSettings[]>> = {
  full: [{ hidden: [] }, { hidden: [7] }, { kind: "full", hidden: [5, 4], activation: "relu" }],
  chunked: [
    { kind: "chunked", hidden: [6], chunkSize: 5, chunkLength: 3 },
    { kind: "chunked", hidden: [], chunkSize: 26, chunkLength: 2, chunkBy: "embedding" },
    { kind: "chunked", hidden: [4, 4], chunkSize: 4, chunkLength: 2, chunkBy: "projection" },
  ],
  lowRank: [
    { kind: "lowRank", hidden: [6], rank: 1 },
    { kind: "lowRank", hidden: [], rank: 9 },
  ],
  mixture: [
    { kind: "mixture", hidden: [5], experts: 3 },
    { kind: "mixture", hidden: [], experts: 4, top: 2 },
  ],
  modulation: [
    { kind: "modulation", hidden: [5], demodulate: false },
    { kind: "modulation", hidden: [] },
  ],
  film: [{ kind: "film", hidden: [5] }],
  free: [{ kind: "free" }],
};

/** What they cannot start with exactly: any numbers, or those that demodulation changes. */
const ZEROS_ALONE = new Set<unknown>(["chunked", "lowRank"]);

const TENSORS = [
  { name: "layers.0.weight", shape: [4, 3, 1, 1] },
  { name: "layers.0.bias", shape: [4] },
  { name: "table", shape: [2, 5] },
] as const;

function normals(shape: Shape, purpose: string): Float64Array {
  const stream = new RandomStream({ seed: 8, purpose });
  return Float64Array.from({ length: sizeOf(shape) }, () => stream.normal());
}

const CASES = Object.values(KINDS)
  .flat()
  .flatMap((settings) => [0, 1, 3].map((length) => [settings, length] as const));

describe.each(CASES)("a generator of %j that reads %i numbers", (settings, conditionLength) => {
  const generator = describeGenerator(settings, { conditionLength, places: placeTensors(TENSORS) });
  const onTape = new WeightGenerator({ ...settings, conditionLength, tensors: TENSORS })
    .initialize({ seed: 1 })
    .to("float64");

  it("trains the very parameters that its description names", () => {
    const trained = Array.from(onTape.namedParameters(), ([name, { shape }]) => [name, shape]);
    expect(trained).toEqual([...generator.parameters]);
    expect(onTape.summary).toBe(generator.summary);
  });

  it.each([1, 2, 5])("writes the same on the tape and without it, for %i conditions", (batch) => {
    const shape = [batch, conditionLength];
    const data = normals(shape, "condition");
    const parameters = onTape.namedParameters();
    const plain = (name: string): PlainArray => {
      const { shape: size, data: values } = parameters.get(name) as Tensor;
      return { shape: size, data: Float64Array.from(values) };
    };
    const written = generator.forward(plainArithmetic, plain, { shape, data });
    const expected = onTape.forward(tensor(data, { shape }));
    expect([...written.keys()]).toEqual(TENSORS.map(({ name }) => name));
    for (const [name, { shape: size, data: values }] of written) {
      const theirs = expected[name as keyof typeof expected];
      expect(size).toEqual(theirs.shape);
      values.forEach((value, i) => {
        expect(Math.abs(value - (theirs.data[i] as number))).toBeLessThan(1e-12);
      });
    }
  });

  it("starts by writing given numbers whatever the condition, when it is asked to", () => {
    const isDemodulated = settings.kind === "modulation" && settings.demodulate !== false;
    const isSilent = ZEROS_ALONE.has(settings.kind) || isDemodulated;
    const weights = isSilent ? new Float64Array(26) : normals([26], "weights");
    const initialization = { weights };
    const started = new WeightGenerator({ ...settings, conditionLength, tensors: TENSORS, initialization })
      .initialize({ seed: 2 })
      .to("float64");
    const shape = [2, conditionLength];
    // A table is read by shares, whose sum is 1.
    const data =
      settings.kind === "free"
        ? Float64Array.from({ length: 2 * conditionLength }, (_, i) => Number(i % conditionLength === 0))
        : normals(shape, "condition");
    const written = started.forward(tensor(data, { shape }));
    const rows = [0, 1].map((b) =>
      TENSORS.flatMap(({ name }) => written[name].toArray()[b as never]).flat(4),
    );
    // A mixture of equal sets is one of them up to the rounding of its shares.
    for (const row of rows) {
      row.forEach((value, i) => {
        expect(Math.abs(value - Math.fround(weights[i] as number))).toBeLessThan(1e-14);
      });
    }
  });

  it("keeps its settings in a file", () => {
    expect(v.parse(generatorSettingsSchema, JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });
});

describe("what a file says of a generator", () => {
  it.each([
    [{ kind: "fully", hidden: [] }, /kind|Expected/],
    [{ hidden: [0] }, /Expected|Invalid/],
    [{ hidden: [5000] }, /Expected|Invalid/],
    [{ hidden: Array(9).fill(4) }, /Expected|Invalid/],
    [{ hidden: "wide" }, /Expected|Invalid/],
    [{ kind: "lowRank", hidden: [] }, /Expected|Invalid/],
    [{ kind: "chunked", hidden: [], chunkSize: 0, chunkLength: 3 }, /Expected|Invalid/],
    [{}, /Expected|Invalid/],
    [null, /Expected|Invalid/],
  ])("is refused: %j", (settings, message) => {
    expect(() => v.parse(generatorSettingsSchema, settings)).toThrow(message);
  });
});

describe("slices of plain arrays", () => {
  const x: PlainArray = { shape: [2, 3, 2], data: Float64Array.from({ length: 12 }, (_, i) => i) };

  it.each([
    [[[1, 2]], [1, 3, 2], [6, 7, 8, 9, 10, 11]],
    [
      [undefined, [1, 3]],
      [2, 2, 2],
      [2, 3, 4, 5, 8, 9, 10, 11],
    ],
    [
      [
        [0, 1],
        [0, 2],
        [1, 2],
      ],
      [1, 2, 1],
      [1, 3],
    ],
    [[[0, 0]], [0, 3, 2], []],
  ] as const)("take %j", (ranges, shape, data) => {
    const part = plainArithmetic.slice(x, ranges);
    expect(part.shape).toEqual(shape);
    expect([...part.data]).toEqual(data);
  });
});
