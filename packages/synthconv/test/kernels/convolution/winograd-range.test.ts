import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../../src/autograd/index.js";
import { observeChoices } from "../../../src/core/choices.js";
import { availableBackends, setBackend } from "../../../src/kernels/index.js";
import { conv2d } from "../../../src/ops/index.js";
import { type Draw, drawNames, draws } from "../accuracy-cases.js";

afterEach(() => {
  setBackend(undefined);
  observeChoices(undefined);
});

/** [0, 1), as images are. */
const image: Draw = (length, purpose) => draws.positive(length, purpose).map((value) => value % 1);

/** [C,C,3,3] weights that keep every channel as it is. */
function identity(channels: number): Float32Array {
  const weights = new Float32Array(channels * channels * 9);
  for (let channel = 0; channel < channels; channel++) weights[(channel * channels + channel) * 9 + 4] = 1;
  return weights;
}

interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly outputs: number;
  readonly height: number;
  readonly width: number;
  readonly padding?: number;
  /** Every sample has weights of its own. */
  readonly isPerSample?: boolean;
}

/** Result and gradients of a 3x3 convolution. */
function passes(
  { batch, channels, outputs, height, width, padding = 1, isPerSample = false }: Sizes,
  pixels: Float32Array,
  weights: Float32Array,
  upstream: Float32Array,
  dtype: "float32" | "float64" = "float32",
  map: (value: number) => number = (value) => value,
) {
  const leaf = (data: Float32Array, shape: number[]) =>
    tensor(Array.from(data, map), { shape, dtype, requiresGrad: true });
  const x = leaf(pixels, [batch, channels, height, width]);
  const weight = leaf(weights, [...(isPerSample ? [batch] : []), outputs, channels, 3, 3]);
  const y = conv2d(x, weight, undefined, { padding });
  const [ofImage, ofWeight] = grad(y, [x, weight], { seed: leaf(upstream, [...y.shape]) }) as [
    Tensor,
    Tensor,
  ];
  return { y: y.data, image: ofImage.data, weight: ofWeight.data };
}

/** Every block that Winograd's way gave away. */
function blocksGivenAway(): { count: number } {
  const seen = { count: 0 };
  observeChoices((_, taken) => {
    if (taken === "block of a wide range") seen.count++;
  });
  return seen;
}

/** The largest difference outside of the places that are left out. */
function largestDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  isLeftOut: (at: number) => boolean,
) {
  let largest = 0;
  for (let at = 0; at < expected.length; at++) {
    if (isLeftOut(at)) continue;
    const difference = Math.abs((actual[at] as number) - (expected[at] as number));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

const kernels = availableBackends().filter((backend) => backend !== "reference");

describe.each(kernels)("beside a bright pixel, Winograd's way on the %s backend", (backend) => {
  beforeEach(() => setBackend(backend));

  // 64 to 64 channels: blocks of 2 rows of results x 72 columns, so that rows 0, 2, ... begin one.
  it("keeps an image in [0, 1], wherever in a tile or a block the pixel lies", () => {
    const [channels, height, width] = [64, 9, 76];
    const plane = height * width;
    const dark = image(height * channels * plane, "pixels");
    for (const x of [0, 1, 2, 3, 8, 71, 72, 73, 75]) {
      const pixels = dark.slice();
      // Sample y has its bright pixel in row y.
      for (let y = 0; y < height; y++) {
        pixels[(y * channels + ((7 * y + x) % channels)) * plane + y * width + x] = 1e6;
      }
      const sizes = { batch: height, channels, outputs: channels, height, width };
      const { y, image: gradient } = passes(sizes, pixels, identity(channels), pixels);
      const isBright = (at: number) => pixels[at] === 1e6;
      expect(largestDifference(y, pixels, isBright), `column ${x}`).toBeLessThanOrEqual(1e-6);
      expect(largestDifference(gradient, pixels, isBright), `column ${x}`).toBeLessThanOrEqual(1e-6);
    }
  });

  it.each([3, 10, 16, 17, 100, 1e3, 1e6, 1e12, 1e30, 3e38])("of %d keeps an image in [0, 1]", (bright) => {
    for (const isPerSample of [false, true]) {
      const sizes = { batch: 2, channels: 5, outputs: 5, height: 23, width: 31, isPerSample };
      const pixels = image(2 * 5 * 23 * 31, "pixels");
      for (const at of [0, 77, 1234, 2900, pixels.length - 1]) pixels[at] = bright;
      const weights = isPerSample ? Float32Array.of(...identity(5), ...identity(5)) : identity(5);
      const { y, image: gradient } = passes(sizes, pixels, weights, pixels);
      const isBright = (at: number) => pixels[at] === bright;
      expect(largestDifference(y, pixels, isBright)).toBeLessThanOrEqual(1e-6);
      expect(largestDifference(gradient, pixels, isBright)).toBeLessThanOrEqual(1e-6);
    }
  });

  it("keeps the dark parts of an image with highlights of any size", () => {
    const [height, width] = [40, 60];
    const sizes = { batch: 1, channels: 4, outputs: 4, height, width };
    for (let side = 1; side < 30; side += 3) {
      const pixels = image(4 * height * width, `highlight ${side}`);
      const isBright = (at: number) => {
        const [y, x] = [Math.floor(at / width) % height, at % width];
        return Math.hypot(y - 17, x - 23) <= side / 2;
      };
      for (let at = 0; at < pixels.length; at++) if (isBright(at)) pixels[at] = 3e4 + (pixels[at] as number);
      const { y, image: gradient } = passes(sizes, pixels, identity(4), pixels);
      expect(largestDifference(y, pixels, isBright), `side ${side}`).toBeLessThanOrEqual(1e-6);
      expect(largestDifference(gradient, pixels, isBright), `side ${side}`).toBeLessThanOrEqual(1e-6);
    }
  });

  // With one pixel of upstream a weight's gradient is the pixel that it meets.
  it("keeps the gradients of weights, whichever of image and upstream has the bright pixel", () => {
    const sizes = { batch: 1, channels: 4, outputs: 4, height: 20, width: 30 };
    const few = (purpose: string) => {
      const upstream = new Float32Array(4 * 600);
      for (const at of [67, 901, 1502, 2100]) upstream[at] = 1;
      return [image(4 * 600, purpose), upstream] as const;
    };
    const [pixels, upstream] = few("bright pixel");
    // Beside each of the ones, where no more than a few of the taps meet them.
    for (const at of [38, 901 - 31, 1502 + 31, 2130]) pixels[at] = 1e6;
    const exact = passes(sizes, pixels, identity(4), upstream, "float64").weight;
    const isLarge = (at: number) => Math.abs(exact[at] as number) > 100;
    const difference = largestDifference(passes(sizes, pixels, identity(4), upstream).weight, exact, isLarge);
    expect(difference).toBeLessThanOrEqual(1e-6);

    const [dense, ones] = few("bright upstream");
    dense[600 + 38] = 1e6;
    const expected = passes(sizes, ones, identity(4), dense, "float64").weight;
    const isOfBright = (at: number) => Math.abs(expected[at] as number) > 100;
    const { weight } = passes(sizes, ones, identity(4), dense);
    expect(largestDifference(weight, expected, isOfBright)).toBeLessThanOrEqual(1e-6);
  });

  it("is exactly 0 where all pixels under a result are", () => {
    const [height, width] = [24, 33];
    const pixels = draws.normal(8 * height * width, "pixels").map((value, at) => {
      const [y, x] = [Math.floor(at / width) % height, at % width];
      return y % 7 === 3 && x % 5 === 2 ? value * 1e6 : 0;
    });
    const sizes = { batch: 1, channels: 8, outputs: 8, height, width };
    const weights = draws.normal(8 * 8 * 9, "weights");
    const { y } = passes(sizes, pixels, weights, pixels);
    const magnitudes = passes(sizes, pixels, weights, pixels, "float64", Math.abs).y;
    const zeros = Array.from(magnitudes, (value, at) => (value === 0 ? at : -1)).filter((at) => at >= 0);
    expect(zeros.length).toBeGreaterThan(1000);
    expect(zeros.every((at) => y[at] === 0)).toBe(true);
  });

  it.each(["normal", "positive", "constant", "1000 + noise", "relu features"] as const)(
    "keeps every block of %s",
    (kind) => {
      const sizes = { batch: 2, channels: 16, outputs: 16, height: 40, width: 50 };
      const numbers = draws[kind](2 * 16 * 2000, "pixels");
      const seen = blocksGivenAway();
      passes(sizes, numbers, draws.normal(16 * 16 * 9, "weights"), numbers);
      expect(seen.count).toBe(0);
    },
  );
});

/** The darkest half, not all zeros, of the 4 x 4 pixels under the tile of 2 x 2 results that an entry lies in. */
function darkestHalves(
  { channels, height, width }: Sizes,
  padding: number,
  pixels: Float32Array,
): (at: number) => number {
  const columns = width + 2 * padding - 2;
  const brightest = (top: number, left: number, down: number, across: number) => {
    let largest = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let y = Math.max(0, top); y < Math.min(height, top + down); y++) {
        for (let x = Math.max(0, left); x < Math.min(width, left + across); x++) {
          largest = Math.max(largest, Math.abs(pixels[(channel * height + y) * width + x] as number));
        }
      }
    }
    return largest === 0 ? Number.POSITIVE_INFINITY : largest;
  };
  const tiles = new Map<number, number>();
  return (at) => {
    const [y, x] = [2 * Math.floor(Math.floor(at / columns) / 2), 2 * Math.floor((at % columns) / 2)];
    const known = tiles.get(y * columns + x);
    if (known !== undefined) return known;
    const [top, left] = [y - padding, x - padding];
    const halves = [
      brightest(top, left, 2, 4),
      brightest(top + 2, left, 2, 4),
      brightest(top, left, 4, 2),
      brightest(top, left + 2, 4, 2),
    ];
    const darkest = Math.min(...halves);
    tiles.set(y * columns + x, Number.isFinite(darkest) ? darkest : 0);
    return tiles.get(y * columns + x) as number;
  };
}

/**
 * How far results are from float64, in units of what README.md promises of an entry: 1e-6 of the magnitudes that it adds
 * up, and 2e-6 of the magnitudes of its output's weights times the darkest half.
 */
function partOfPromise(
  sizes: Sizes,
  padding: number,
  pixels: Float32Array,
  norms: Float64Array,
  results: { readonly [Which in "actual" | "expected" | "magnitudes"]: ArrayLike<number> },
): number {
  const darkest = darkestHalves(sizes, padding, pixels);
  const plane = results.expected.length / norms.length;
  let most = 0;
  for (let at = 0; at < results.expected.length; at++) {
    const difference = Math.abs((results.actual[at] as number) - (results.expected[at] as number));
    if (difference === 0) continue;
    const dark = darkest(at % plane) * (norms[Math.floor(at / plane)] as number);
    most = Math.max(most, difference / (1e-6 * ((results.magnitudes[at] as number) + 2 * dark)));
  }
  return most;
}

describe.each(kernels)("whatever the numbers, Winograd's way on the %s backend", (backend) => {
  beforeEach(() => setBackend(backend));

  it("errs by no more than promised, in any entry of result and image gradient", () => {
    const side = fc.integer({ min: 4, max: 30 });
    const count = fc.constantFrom(4, 5, 8, 13);
    const kind = fc.constantFrom(...drawNames);
    const seen = blocksGivenAway();
    let cases = 0;
    fc.assert(
      fc.property(
        side,
        side,
        count,
        count,
        kind,
        kind,
        kind,
        fc.integer({ min: 0, max: 2 }),
        (height, width, channels, outputs, ofPixels, ofWeights, ofUpstream, padding) => {
          cases++;
          const sizes = { batch: 1, channels, outputs, height, width, padding };
          const [rows, columns] = [height + 2 * padding - 2, width + 2 * padding - 2];
          const numbers = [
            draws[ofPixels](channels * height * width, "pixels"),
            draws[ofWeights](outputs * channels * 9, "weights"),
            draws[ofUpstream](outputs * rows * columns, "upstream"),
          ] as const;
          const actual = passes(sizes, ...numbers);
          const expected = passes(sizes, ...numbers, "float64");
          const magnitudes = passes(sizes, ...numbers, "float64", Math.abs);
          const [byOutput, byChannel] = [new Float64Array(outputs), new Float64Array(channels)];
          numbers[1].forEach((weight, at) => {
            byOutput[Math.floor(at / (9 * channels))] =
              (byOutput[Math.floor(at / (9 * channels))] as number) + Math.abs(weight);
            const channel = Math.floor(at / 9) % channels;
            byChannel[channel] = (byChannel[channel] as number) + Math.abs(weight);
          });
          const of = (pass: "y" | "image") => ({
            actual: actual[pass],
            expected: expected[pass],
            magnitudes: magnitudes[pass],
          });
          expect(partOfPromise(sizes, padding, numbers[0], byOutput, of("y"))).toBeLessThanOrEqual(1);
          const turned = { ...sizes, channels: outputs, height: rows, width: columns };
          expect(partOfPromise(turned, 2 - padding, numbers[2], byChannel, of("image"))).toBeLessThanOrEqual(
            1,
          );
        },
      ),
      { numRuns: 80 },
    );
    // Both ways were taken.
    expect(seen.count).toBeGreaterThan(cases / 10);
  });
});
