/**
 * What Winograd's minimal filtering may be off beside the terms of a sum. Its results come from all 4 x 4 pixels under a
 * tile of 2 x 2, over all channels, and it is not taken where one of them is much brighter than those of half a tile:
 * kernels/product/README.md has the bound, 2e-6 of the weights' sizes times the darkest half that is not all zeros. A
 * weight's gradient mixes the pixels of a tile of one channel with the results of one output: 2.5e-7 of the brightest pixel
 * times the sizes of the results, summed over tiles.
 */
import type { Exact } from "../case.js";
import type { Convolution } from "./convolution-space.js";
import type { Sides } from "./draws.js";

// As many times as by the terms.
const TIMES = 2;
const WEIGHT_TIMES = 0.25;
const TAPS = 9;

export function isWinograds({ kernel, stride, dilation }: Convolution): boolean {
  return kernel.every((side) => side === 3) && [...stride, ...dilation].every((side) => side === 1);
}

/** Planes of a group of channels, of one sample. */
interface Planes {
  readonly data: ArrayLike<number>;
  readonly first: number;
  readonly channels: number;
  readonly size: Sides;
}

/** @param numbers the image, weights and upstream gradient. */
export function withTileTerms(
  one: Convolution,
  outputSize: Sides,
  numbers: Readonly<Record<"image" | "weight" | "upstream", ArrayLike<number>>>,
  terms: Exact,
): Exact {
  const { batch, groups, inputs, outputs, image, padding } = one;
  const ofOutput = Float64Array.from(terms.output as ArrayLike<number>);
  const ofImage = Float64Array.from(terms["image gradient"] as ArrayLike<number>);
  const ofWeights = Float64Array.from(terms["weight gradient"] as ArrayLike<number>);
  for (let all = 0; all < batch * groups; all++) {
    const set = one.weights === "shared" ? all % groups : all;
    const sums = weightSums(one, numbers.weight, set);
    const given = planesOf(numbers.image, all, inputs, image);
    const results = planesOf(numbers.upstream, all, outputs, outputSize);
    addTileTerms({ ...results, data: ofOutput }, given, padding, sums.outputs, ofOutput);
    const before = [2 - padding[0], 2 - padding[1]] as const;
    addTileTerms({ ...given, data: ofImage }, results, before, sums.inputs, ofImage);
    addWeightTerms(results, given, padding, set, ofWeights);
  }
  return { ...terms, output: ofOutput, "image gradient": ofImage, "weight gradient": ofWeights };
}

/** Those of every weight from a channel to an output. */
function addWeightTerms(
  results: Planes,
  given: Planes,
  padding: Sides,
  set: number,
  terms: Float64Array,
): void {
  const tiles = results.size.map((side) => Math.ceil(side / 2)) as [number, number];
  const largest = (sizes: readonly number[]): number => Math.max(0, ...sizes);
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  const ofOutputs = overTiles(results, tiles, [0, 0], 2, sum);
  const ofChannels = overTiles(given, tiles, padding, 4, largest);
  let at = set * results.channels * given.channels * TAPS;
  for (const output of ofOutputs) {
    for (const channel of ofChannels) {
      const size = output.reduce((total, one, tile) => total + one * (channel[tile] as number), 0);
      for (let tap = 0; tap < TAPS; tap++, at++) terms[at] = (terms[at] as number) + WEIGHT_TIMES * size;
    }
  }
}

/** For each plane and tile, what is made of the sizes of the `side` x `side` numbers under it. */
function overTiles(
  { data, first, channels, size: [height, width] }: Planes,
  [down, across]: Sides,
  before: Sides,
  side: number,
  of: (sizes: readonly number[]) => number,
): number[][] {
  const sizesAt = (plane: number, top: number, left: number): number[] => {
    const sizes: number[] = [];
    for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + side); x++) {
        sizes.push(Math.abs(data[first + (plane * height + y) * width + x] as number));
      }
    }
    return sizes;
  };
  return Array.from({ length: channels }, (_, plane) =>
    Array.from({ length: down * across }, (_, tile) => {
      const [row, column] = [Math.floor(tile / across), tile % across];
      return of(sizesAt(plane, 2 * row - before[0], 2 * column - before[1]));
    }),
  );
}

function planesOf(data: ArrayLike<number>, index: number, channels: number, size: Sides): Planes {
  return { data, first: index * channels * size[0] * size[1], channels, size };
}

/** The sizes of the weights of each output and of each input of a group, together. */
function weightSums({ inputs, outputs }: Convolution, weights: ArrayLike<number>, set: number) {
  const sums = { outputs: new Array<number>(outputs).fill(0), inputs: new Array<number>(inputs).fill(0) };
  let at = set * outputs * inputs * TAPS;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < TAPS; tap++) {
        const size = Math.abs(weights[at++] as number);
        sums.outputs[o] = (sums.outputs[o] as number) + size;
        sums.inputs[i] = (sums.inputs[i] as number) + size;
      }
    }
  }
  return sums;
}

/** @param before pixels that the first tile reaches beyond the planes that it is made from. */
function addTileTerms(
  results: Planes,
  from: Planes,
  before: Sides,
  weights: readonly number[],
  terms: Float64Array,
): void {
  const [height, width] = results.size;
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const range = TIMES * darkestHalf(from, y - before[0], x - before[1]);
      weights.forEach((weight, plane) => {
        for (let row = y; row < Math.min(y + 2, height); row++) {
          for (let column = x; column < Math.min(x + 2, width); column++) {
            const entry = results.first + (plane * height + row) * width + column;
            terms[entry] = (terms[entry] as number) + weight * range;
          }
        }
      });
    }
  }
}

/** Of the 4 x 4 pixels from (top, left) on: the largest number of each half, and the least of these that is not 0. */
function darkestHalf({ data, first, channels, size }: Planes, top: number, left: number): number {
  const [height, width] = size;
  const halves: [number, number, number, number] = [0, 0, 0, 0];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = Math.max(0, top); row < Math.min(height, top + 4); row++) {
      for (let column = Math.max(0, left); column < Math.min(width, left + 4); column++) {
        const value = Math.abs(data[first + (channel * height + row) * width + column] as number);
        const [vertical, horizontal] = [row < top + 2 ? 0 : 1, column < left + 2 ? 2 : 3] as const;
        halves[vertical] = Math.max(halves[vertical], value);
        halves[horizontal] = Math.max(halves[horizontal], value);
      }
    }
  }
  const lit = halves.filter((half) => half > 0);
  return lit.length === 0 ? 0 : Math.min(...lit);
}
