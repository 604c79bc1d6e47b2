import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { normalNumbers, relativeError } from "../../../../../test-support/numbers.js";
import { grad, type Tensor, tensor } from "../../../src/autograd/index.js";
import {
  samplesOf,
  slicingOf,
  sumRowOf,
  sumSlicingOf,
  tilesOfBands,
} from "../../../src/kernels/convolution/slices.js";
import { availableBackends, type ConvolutionSizes, setBackend } from "../../../src/kernels/index.js";
import { type Conv2dOptions, conv2d } from "../../../src/ops/index.js";

const TOLERANCE = 1e-6;

const small: ConvolutionSizes = {
  ...{ batch: 3, groups: 1, groupInputs: 4, groupOutputs: 6, input: [12, 13], output: [12, 13] },
  ...{ kernel: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1], weightStep: 0 },
};

interface Case {
  readonly title: string;
  readonly image: readonly number[];
  readonly weight: readonly number[];
  readonly bias?: readonly number[];
  readonly options?: Conv2dOptions;
}

// Every one is large enough for the kernel.
const cases: Case[] = [
  { title: "1x1", image: [2, 5, 13, 11], weight: [7, 5, 1, 1], bias: [7] },
  { title: "3x3", image: [2, 4, 17, 19], weight: [9, 4, 3, 3], bias: [9], options: { padding: 1 } },
  {
    title: "groups",
    image: [2, 12, 14, 15],
    weight: [9, 4, 3, 3],
    bias: [9],
    options: { groups: 3, padding: 1 },
  },
  { title: "several tiles of rows", image: [1, 3, 300, 310], weight: [2, 3, 3, 3], options: { padding: 1 } },
];

afterEach(() => setBackend(undefined));

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

interface Numbers {
  readonly image: Float32Array;
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
}

function numbersOf({ image, weight, bias }: Case): Numbers {
  return {
    image: normalNumbers(sizeOf(image), "image"),
    weight: normalNumbers(sizeOf(weight), "weight"),
    bias: bias && normalNumbers(sizeOf(bias), "bias"),
  };
}

/** Result and gradients, for a random gradient of the result. */
function passes(
  one: Case,
  numbers: Numbers,
  dtype: "float32" | "float64",
): Record<string, ArrayLike<number>> {
  const leaf = (data: Float32Array, shape: readonly number[]) =>
    tensor(Array.from(data), { shape, dtype, requiresGrad: true });
  const image = leaf(numbers.image, one.image);
  const weight = leaf(numbers.weight, one.weight);
  const bias = numbers.bias && leaf(numbers.bias, one.bias ?? []);
  const result = conv2d(image, weight, bias, one.options);
  const seed = tensor(Array.from(normalNumbers(result.size, "upstream")), { shape: result.shape, dtype });
  const leaves = bias === undefined ? [image, weight] : [image, weight, bias];
  const [ofImage, ofWeight, ofBias] = grad(result, leaves, { seed }) as Tensor[];
  return {
    result: result.data,
    image: ofImage?.data ?? [],
    weight: ofWeight?.data ?? [],
    bias: ofBias?.data ?? [],
  };
}

function expectSame(actual: Record<string, ArrayLike<number>>, expected: Record<string, ArrayLike<number>>) {
  for (const [name, numbers] of Object.entries(expected)) {
    expect(relativeError(actual[name] ?? [], numbers), name).toBeLessThan(TOLERANCE);
  }
}

describe.each(availableBackends())("conv2d on the %s backend", (backend) => {
  it("agrees with float64 at any geometry", () => {
    setBackend(backend);
    const side = (min: number, max: number) => fc.integer({ min, max });
    const pair = (min: number, max: number) => fc.tuple(side(min, max), side(min, max));
    fc.assert(
      fc.property(
        fc.record({ stride: pair(1, 3), padding: pair(0, 4), dilation: pair(1, 3), groups: side(1, 2) }),
        fc.record({ kernel: pair(1, 4), image: pair(10, 21), inputs: side(2, 5), outputs: side(2, 9) }),
        fc.boolean(),
        (options, { kernel, image, inputs, outputs }, isPerSample) => {
          const channels = [outputs * options.groups, inputs];
          const one = {
            title: "",
            image: [2, inputs * options.groups, ...image],
            weight: [...(isPerSample ? [2] : []), ...channels, ...kernel],
            options,
          };
          const numbers = numbersOf(one);
          expectSame(passes(one, numbers, "float32"), passes(one, numbers, "float64"));
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });

  it.each(["1x1", "3x3", "several tiles of rows"])(
    "a NaN in the image stays where float64 has it: %s",
    (title) => {
      setBackend(backend);
      const one = cases.find((candidate) => candidate.title === title) as Case;
      const numbers = numbersOf(one);
      numbers.image[7] = Number.NaN;
      numbers.image[numbers.image.length - 1] = Number.POSITIVE_INFINITY;
      const [actual, expected] = [passes(one, numbers, "float32"), passes(one, numbers, "float64")];
      for (const name of ["result", "image", "weight"]) {
        const finite = (data: ArrayLike<number> | undefined) => Array.from(data ?? [], Number.isFinite);
        expect(finite(actual[name]), name).toEqual(finite(expected[name]));
      }
    },
  );

  it.each(["1x1", "3x3", "groups"])("an infinite weight touches the pixels that it meets: %s", (title) => {
    setBackend(backend);
    const one = cases.find((candidate) => candidate.title === title) as Case;
    const numbers = numbersOf(one);
    numbers.weight[2] = Number.POSITIVE_INFINITY;
    const [actual, expected] = [passes(one, numbers, "float32"), passes(one, numbers, "float64")];
    for (const name of ["result", "image", "weight"]) {
      const kinds = (data: ArrayLike<number> | undefined) =>
        Array.from(data ?? [], (value) => (Number.isFinite(value) ? "finite" : String(value)));
      expect(kinds(actual[name]), name).toEqual(kinds(expected[name]));
    }
    const pixels = Array.from(actual.result ?? []);
    const size = pixels.length / sizeOf(one.weight.slice(0, 1)) / (one.image[0] as number);
    expect(pixels.slice(size, 2 * size).every(Number.isFinite)).toBe(true);
  });
});

describe("slices of a batch", () => {
  it("hold every band of every sample once and in order, whatever their numbers", () => {
    const numbers = fc.record({
      batch: fc.integer({ min: 0, max: 70 }),
      slices: fc.integer({ min: 1, max: 32 }),
      tiles: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(numbers, ({ batch, slices, tiles }) => {
        const slicing = { slices, bands: Math.ceil(slices / Math.max(1, batch)) };
        const done = Array.from({ length: slices }, (_, slice) => samplesOf(batch, slicing, slice))
          .flat()
          .flatMap((part) => {
            const [from, to] = tilesOfBands(tiles, slicing, part);
            return Array.from({ length: to - from }, (_, tile) => `${part.sample}/${from + tile}`);
          });
        const all = Array.from({ length: batch }, (_, sample) =>
          Array.from({ length: tiles }, (_, tile) => `${sample}/${tile}`),
        );
        expect(done).toEqual(all.flat());
      }),
    );
  });

  it("are as few as their own sums pay for", () => {
    const wide = { ...small, batch: 8, groupInputs: 256, groupOutputs: 256 };
    const sums = 256 * 256 * 9;
    expect(slicingOf(wide)).toEqual({ slices: 32, bands: 4 });
    // 2 operations for each weight and pixel of 8 samples, 1024 for each sum.
    expect(sumSlicingOf(wide)).toEqual({ slices: Math.floor((2 * 156 * 8) / 1024), bands: 1 });
    expect(sumRowOf(wide, sumSlicingOf(wide), 1)).toEqual({ offset: 0, length: sums });
    const perSample = { ...wide, weightStep: sums };
    expect(sumRowOf(perSample, { slices: 2, bands: 1 }, 1)).toEqual({ offset: 4 * sums, length: 4 * sums });
  });

  it("are one where a convolution is small", () => {
    expect(slicingOf(small)).toEqual({ slices: 1, bands: 1 });
    expect(sumSlicingOf({ ...small, batch: 0 })).toEqual({ slices: 1, bands: 1 });
  });
});
