import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { normalNumbers, relativeError } from "../../../../../test-support/numbers.js";
import { grad, type Tensor, tensor } from "../../../src/autograd/index.js";
import { kernelMemory } from "../../../src/kernels/base/memory.js";
import { correlator } from "../../../src/kernels/convolution/direct/direct.js";
import {
  type ConvolutionSizes,
  type Correlation,
  forwardCorrelation,
  transposedCorrelations,
} from "../../../src/kernels/convolution/geometry/correlation.js";
import type { Weights } from "../../../src/kernels/convolution/geometry/correlator.js";
import { winogradWeightCorrelator } from "../../../src/kernels/convolution/winograd/gradient.js";
import { winogradPays } from "../../../src/kernels/convolution/winograd/pays.js";
import { winogradCorrelator } from "../../../src/kernels/convolution/winograd/winograd.js";
import { availableBackends, setBackend } from "../../../src/kernels/index.js";
import { conv2d } from "../../../src/ops/index.js";

const TOLERANCE = 1e-6;

afterEach(() => setBackend(undefined));

/** Of one sample, 3x3, without stride and dilation. */
function sizesOf(channels: number, outputs: number, input: [number, number], padding: [number, number]) {
  const output = [input[0] + 2 * padding[0] - 2, input[1] + 2 * padding[1] - 2] as const;
  const rest = {
    batch: 1,
    groups: 1,
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    weightStep: 0,
  } as const;
  return { ...rest, groupInputs: channels, groupOutputs: outputs, input, output, padding };
}

type Draw = (length: number, purpose: string) => Float32Array;

function numbersOf(
  { groupInputs, groupOutputs, input, output }: ConvolutionSizes,
  draw: Draw = normalNumbers,
) {
  return {
    image: draw(groupInputs * input[0] * input[1], "image"),
    weight: draw(groupOutputs * groupInputs * 9, "weight"),
    upstream: draw(groupOutputs * output[0] * output[1], "upstream"),
  };
}

type Passes = Readonly<Record<"result" | "image" | "weight", ArrayLike<number>>>;

/** Result and gradients by plain loops in float64. */
function exactPasses(
  sizes: ConvolutionSizes,
  { image, weight, upstream }: ReturnType<typeof numbersOf>,
): Passes {
  const { groupInputs, groupOutputs, input, padding } = sizes;
  const leaf = (data: Float32Array, shape: number[]) =>
    tensor(Float64Array.from(data), { shape, requiresGrad: true });
  const leaves = [
    leaf(image, [1, groupInputs, ...input]),
    leaf(weight, [groupOutputs, groupInputs, 3, 3]),
  ] as const;
  const result = conv2d(...leaves, undefined, { padding });
  const seed = tensor(Float64Array.from(upstream), { shape: result.shape });
  const [ofImage, ofWeight] = grad(result, [...leaves], { seed }) as [Tensor, Tensor];
  return { result: result.data, image: ofImage.data, weight: ofWeight.data };
}

/** The same by Winograd's convolution, a tile at a time in the order of `order`. */
function winogradPasses(
  sizes: ConvolutionSizes,
  { image, weight, upstream }: ReturnType<typeof numbersOf>,
  order: (tiles: number) => number[] = (tiles) => Array.from({ length: tiles }, (_, tile) => tile),
): Passes {
  const { groupInputs, groupOutputs } = sizes;
  const weights: Weights = { data: weight, start: 0, outputStep: 9 * groupInputs, channelStep: 9 };
  const flipped: Weights = { ...weights, outputStep: 9, channelStep: 9 * groupInputs };
  const planes = (data: Float32Array) => ({ data, start: 0 });
  const passes = {
    result: new Float32Array(upstream.length),
    image: new Float32Array(image.length),
    weight: new Float64Array(weight.length),
  };
  const forward = forwardCorrelation(sizes);
  const [back] = transposedCorrelations(sizes) as [Correlation];
  const ofResult = winogradCorrelator(forward, groupInputs, groupOutputs);
  for (const tile of order(ofResult.tiles)) {
    ofResult.run(planes(image), weights, undefined, planes(passes.result), [tile, tile + 1]);
  }
  const ofImage = winogradCorrelator(back, groupOutputs, groupInputs);
  for (const tile of order(ofImage.tiles)) {
    ofImage.run(planes(upstream), flipped, undefined, planes(passes.image), [tile, tile + 1]);
  }
  const ofWeight = winogradWeightCorrelator(forward, groupInputs, groupOutputs);
  for (const tile of order(ofWeight.tiles)) {
    const gradient = { ...weights, data: passes.weight };
    ofWeight.run(planes(image), planes(upstream), gradient, [tile, tile + 1]);
  }
  return passes;
}

function expectClose(actual: Passes, expected: Passes): void {
  for (const name of ["result", "image", "weight"] as const) {
    expect(relativeError(actual[name], expected[name]), name).toBeLessThanOrEqual(TOLERANCE);
  }
}

const draws: readonly (readonly [string, Draw])[] = [
  ["numbers of both signs", normalNumbers],
  ["positive numbers", (length, purpose) => normalNumbers(length, purpose).map(Math.abs)],
  [
    "small differences on 1000",
    (length, purpose) => normalNumbers(length, purpose).map((value) => 1000 + value),
  ],
  ["equal numbers", (length) => new Float32Array(length).fill(0.1)],
];

describe.each(availableBackends().filter((backend) => backend !== "reference"))("Winograd, %s", (backend) => {
  beforeEach(() => setBackend(backend));

  it("agrees with float64 at any size, padding and number of channels", () => {
    const side = fc.integer({ min: 1, max: 37 });
    const padding = fc.integer({ min: 0, max: 5 });
    const count = fc.integer({ min: 1, max: 11 });
    fc.assert(
      fc.property(
        fc.tuple(side, side),
        fc.tuple(padding, padding),
        count,
        count,
        (image, pads, inputs, outputs) => {
          fc.pre(image.every((length, axis) => length + 2 * (pads[axis] as number) >= 3));
          const sizes = sizesOf(inputs, outputs, image, pads);
          const numbers = numbersOf(sizes);
          expectClose(winogradPasses(sizes, numbers), exactPasses(sizes, numbers));
        },
      ),
      { numRuns: 120, seed: 3 },
    );
  });

  it.each(draws)("agrees with float64 for %s", (_, draw) => {
    for (const sizes of [sizesOf(32, 24, [40, 50], [1, 1]), sizesOf(4, 5, [150, 130], [0, 2])]) {
      const numbers = numbersOf(sizes, draw);
      expectClose(winogradPasses(sizes, numbers), exactPasses(sizes, numbers));
    }
  });

  it.each([
    ["several blocks of columns", sizesOf(4, 4, [5, 2100], [1, 1])],
    ["several chunks of outputs", sizesOf(600, 60, [4, 8], [1, 1])],
    ["several chunks of channels and outputs of a gradient", sizesOf(130, 258, [4, 8], [1, 1])],
    ["the most channels", sizesOf(1024, 4, [4, 8], [1, 1])],
  ])("agrees with float64 in %s, whatever the numbers", (_, sizes) => {
    for (const [, draw] of draws) {
      const numbers = numbersOf(sizes, draw);
      expectClose(winogradPasses(sizes, numbers), exactPasses(sizes, numbers));
    }
  });

  it("has the same results whatever the order of its blocks", () => {
    const sizes = sizesOf(16, 16, [70, 61], [1, 1]);
    const numbers = numbersOf(sizes);
    const backwards = (tiles: number) => Array.from({ length: tiles }, (_, tile) => tiles - 1 - tile);
    const { result, image } = winogradPasses(sizes, numbers);
    const other = winogradPasses(sizes, numbers, backwards);
    expect([other.result, other.image]).toEqual([result, image]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "keeps %s to the pixels that it belongs to, and works on",
    (value) => {
      const sizes = sizesOf(8, 8, [60, 61], [1, 1]);
      const numbers = numbersOf(sizes);
      numbers.image[3] = value;
      numbers.image[61 * 60 - 1] = value;
      numbers.upstream[20 * 61 + 60] = value;
      const [actual, expected] = [winogradPasses(sizes, numbers), exactPasses(sizes, numbers)];
      for (const name of ["result", "image"] as const) {
        const kinds = (data: ArrayLike<number>) =>
          Array.from(data, (entry) => (Number.isFinite(entry) ? "finite" : String(entry)));
        expect(kinds(actual[name])).toEqual(kinds(expected[name]));
        const finite = (data: ArrayLike<number>) =>
          Array.from(data, (entry) => (Number.isFinite(entry) ? entry : 0));
        expect(relativeError(finite(actual[name]), finite(expected[name]))).toBeLessThanOrEqual(TOLERANCE);
      }
      // The caller takes the plain loops where it finds one.
      expect(Array.from(actual.weight).every(Number.isFinite)).toBe(false);
    },
  );

  it("finds results that are finite although a transform overflows", () => {
    const sizes = sizesOf(4, 4, [16, 16], [1, 1]);
    const numbers = numbersOf(sizes);
    for (let i = 0; i < numbers.image.length; i++) numbers.image[i] = i % 4 < 2 ? 3e38 : -3e38;
    numbers.weight.fill(0);
    for (let o = 0; o < 4; o++) numbers.weight[(o * 4 + o) * 9 + 4] = 1;
    expect(winogradPasses(sizes, numbers).result).toEqual(numbers.image);
  });

  it("adds a bias that is not finite to its own output", () => {
    const sizes = sizesOf(4, 4, [16, 16], [1, 1]);
    const { image, weight, upstream } = numbersOf(sizes);
    const biases = [0, Number.NaN, Number.POSITIVE_INFINITY, 1];
    const results = [winogradCorrelator, correlator].map((make) => {
      const { tiles, run } = make(forwardCorrelation(sizes), 4, 4);
      const result = new Float32Array(upstream.length);
      const weights = { data: weight, start: 0, outputStep: 36, channelStep: 9 };
      const bias = (output: number) => biases[output] as number;
      run({ data: image, start: 0 }, weights, bias, { data: result, start: 0 }, [0, tiles]);
      return result;
    });
    expect(results[0]).toEqual(results[1]);
  });

  it("lays its memory out again when kernel memory has grown", () => {
    const sizes = sizesOf(4, 4, [16, 16], [1, 1]);
    const { image, weight, upstream } = numbersOf(sizes);
    const { tiles, run } = winogradCorrelator(forwardCorrelation(sizes), 4, 4);
    const weights = { data: weight, start: 0, outputStep: 36, channelStep: 9 };
    const results = [0, 1].map((pages) => {
      kernelMemory().grow(pages);
      const result = new Float32Array(upstream.length);
      run({ data: image, start: 0 }, weights, undefined, { data: result, start: 0 }, [0, tiles]);
      return result;
    });
    expect(results[1]).toEqual(results[0]);
  });
});

describe("Winograd is chosen", () => {
  const pays = (change: Partial<ConvolutionSizes>, channels = 8) =>
    winogradPays(forwardCorrelation({ ...sizesOf(channels, 8, [32, 32], [1, 1]), ...change }), channels);

  it("for 3x3 weights, forward and for the gradient of the image", () => {
    expect(pays({})).toBe(true);
    const [back] = transposedCorrelations(sizesOf(8, 8, [32, 32], [1, 1])) as [Correlation];
    expect(winogradPays(back, 8)).toBe(true);
  });

  it.each<[string, Partial<ConvolutionSizes>]>([
    ["other kernels", { kernel: [3, 1] }],
    ["strides", { stride: [1, 2] }],
    ["dilation", { dilation: [2, 1] }],
    ["a single column", { output: [32, 1] }],
  ])("not for %s", (_, change) => expect(pays(change)).toBe(false));

  it("not for RGB images, nor for sums of more than 1024 channels", () => {
    expect([pays({}, 3), pays({}, 1024), pays({}, 1025)]).toEqual([false, true, false]);
  });
});
