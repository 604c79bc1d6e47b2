/**
 * What Winograd's minimal filtering may be off beside the terms of a sum. Its results come from all 4 x 4 pixels under a
 * tile of 2 x 2, over all channels, and it is not taken where one of them is much brighter than those of half a tile:
 * kernels/product/README.md has the bound, 2e-6 of the weights' sizes times the darkest half that is not all zeros. A
 * weight's gradient is judged by the largest terms of all weights.
 */
import type { Exact } from "../case.js";
import type { Convolution } from "./convolution-space.js";
import type { Sides } from "./draws.js";

// As many times as by the terms.
const TIMES = 2;
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
  for (let all = 0; all < batch * groups; all++) {
    const set = one.weights === "shared" ? all % groups : all;
    const sums = weightSums(one, numbers.weight, set);
    const given = planesOf(numbers.image, all, inputs, image);
    const results = planesOf(numbers.upstream, all, outputs, outputSize);
    addTileTerms({ ...results, data: ofOutput }, given, padding, sums.outputs, ofOutput);
    const before = [2 - padding[0], 2 - padding[1]] as const;
    addTileTerms({ ...given, data: ofImage }, results, before, sums.inputs, ofImage);
  }
  const weights = terms["weight gradient"] as ArrayLike<number>;
  const largest = Float64Array.from(weights).reduce((most, size) => Math.max(most, size), 0);
  return {
    ...terms,
    output: ofOutput,
    "image gradient": ofImage,
    "weight gradient": new Float64Array(weights.length).fill(largest),
  };
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
