/** Generators that scale channels find them in a transposed convolution, whose weight is [I,O/groups,kh,kw]. */
import { describe, expect, it } from "vitest";
import { tensor } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import {
  describeGenerator,
  type GeneratorSettings,
  type PlainArray,
  placeTensors,
  plainArithmetic,
} from "../../src/generator/index.js";
import { conditions, hypernetize } from "../../src/hyper/index.js";
import { ConvTranspose2d } from "../../src/nn/index.js";
import { reshape } from "../../src/ops/index.js";

const KERNEL = [2, 3] as const;
const TAPS = 6;
const LAYERS = [
  { inputs: 4, outputs: 6, groups: 1 },
  { inputs: 4, outputs: 6, groups: 2 },
  { inputs: 6, outputs: 3, groups: 3 },
  { inputs: 5, outputs: 5, groups: 5 },
];
type Layer = (typeof LAYERS)[number];

function normals(shape: Shape, purpose: string): Float64Array {
  const stream = new RandomStream({ seed: 9, purpose });
  return Float64Array.from({ length: sizeOf(shape) }, () => stream.normal());
}

/** What a generator writes for one condition, and what it is made of; the head's numbers come from the condition alone. */
function run(settings: GeneratorSettings, { inputs, outputs, groups }: Layer) {
  const weight = { name: "weight", shape: [inputs, outputs / groups, ...KERNEL], transposedGroups: groups };
  const places = placeTensors([weight, { name: "bias", shape: [outputs] }]);
  const generator = describeGenerator(settings, { conditionLength: 2, places });
  const parameters = new Map(
    Array.from(generator.parameters, ([name, shape]) => [name, { shape, data: normals(shape, name) }]),
  );
  const of = (name: string): PlainArray => parameters.get(name) as PlainArray;
  const [x, y] = [0.3, -1.2];
  const written = generator.forward(plainArithmetic, of, { shape: [1, 2], data: Float64Array.of(x, y) });
  const [head, bias] = [of("head.weight").data, of("head.bias").data];
  const factors = Array.from(
    bias,
    (offset, row) => 1 + offset + x * (head[2 * row] as number) + y * (head[2 * row + 1] as number),
  );
  const base = of("base").data;
  const weights = Array.from(base.slice(0, sizeOf(weight.shape)), (value, at) => {
    const tap = Math.floor(at / TAPS);
    const input = Math.floor(tap / (outputs / groups));
    const group = Math.floor(input / (inputs / groups));
    return { value, input, output: group * (outputs / groups) + (tap % (outputs / groups)) };
  });
  const biases = base.slice(weights.length);
  return { written, factors, weights, biases, shape: weight.shape };
}

function expectClose(actual: PlainArray | undefined, expected: readonly number[], shape: Shape): void {
  expect(actual?.shape).toEqual([1, ...shape]);
  expected.forEach((value, at) => {
    expect(Math.abs((actual?.data[at] as number) - value)).toBeLessThan(1e-12);
  });
}

describe.each(LAYERS)(
  "a transposed convolution of $inputs to $outputs channels in $groups groups",
  (layer) => {
    it("has its outputs scaled and shifted by film", () => {
      const { written, factors, weights, biases, shape } = run({ kind: "film", hidden: [] }, layer);
      const gain = (output: number): number => factors[output] as number;
      expectClose(
        written.get("weight"),
        weights.map(({ value, output }) => value * gain(output)),
        shape,
      );
      const shifted = Array.from(
        biases,
        (value, output) => value * gain(output) + (factors[layer.outputs + output] as number) - 1,
      );
      expectClose(written.get("bias"), shifted, [layer.outputs]);
    });

    it.each([true, false])("has its inputs scaled by modulation, demodulated: %s", (demodulate) => {
      const run1 = run({ kind: "modulation", hidden: [], demodulate }, layer);
      const { written, factors, weights, shape } = run1;
      const scaled = weights.map((one) => ({ ...one, value: one.value * (factors[one.input] as number) }));
      const squares = new Float64Array(layer.outputs).fill(1e-8);
      for (const { value, output } of scaled) squares[output] = (squares[output] as number) + value ** 2;
      const expected = scaled.map(({ value, output }) =>
        demodulate ? value / Math.sqrt(squares[output] as number) : value,
      );
      expectClose(written.get("weight"), expected, shape);
    });
  },
);

it("a layer's own groups reach the generator: for one image, two conditions differ by a factor for each output", () => {
  const layer = new ConvTranspose2d(4, 6, 3, { groups: 2, bias: false }).initialize({ seed: 1 });
  const network = hypernetize(layer, {
    parameters: "all",
    generator: { kind: "film", hidden: [] },
    condition: conditions.vector(2),
  }).initialize({ seed: 2 });
  const image = Array.from(normals([4 * 5 * 5], "image"));
  const condition = tensor([
    [0.5, -1],
    [0.2, 0.7],
  ]);
  const { data } = network.forward(condition, reshape(tensor([...image, ...image]), [2, 4, 5, 5]));
  const pixels = 49;
  const factors = Array.from({ length: 6 }, (_, output) => {
    const [first, second] = [output, output + 6].map((plane) =>
      data.slice(plane * pixels, (plane + 1) * pixels),
    ) as [Float32Array, Float32Array];
    const factor = (second[24] as number) / (first[24] as number);
    first.forEach((value, at) => {
      expect(Math.abs((second[at] as number) - factor * value)).toBeLessThan(1e-4);
    });
    return factor;
  });
  expect(new Set(factors.map((factor) => factor.toFixed(4))).size).toBe(6);
});

it("groups that do not divide the channels are refused", () => {
  expect(() => placeTensors([{ name: "weight", shape: [4, 3, 1, 1], transposedGroups: 3 }])).toThrow(
    "generator tensor weight transposedGroups: expected a divisor of the first axis of a weight, the channels that go in, " +
      "received 3 for [4,3,1,1]",
  );
});
