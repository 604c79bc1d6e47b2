import { describe, expect, it } from "vitest";
import { averagedColours, balanceSamples } from "../../src/fit/balance.js";
import type { ColourSamples } from "../../src/fit/samples.js";

/** Samples from a list of [before, after] greys. */
function greys(pairs: readonly (readonly [number, number])[]): ColourSamples {
  const planes = (side: 0 | 1): Float32Array =>
    Float32Array.from([0, 1, 2].flatMap(() => pairs.map((pair) => pair[side])));
  return { input: planes(0), target: planes(1) };
}

describe("balanceSamples", () => {
  it("averages the noise of pixels that share a cell, before and after", () => {
    const noisy = greys([
      [0.5, 0.7],
      [0.502, 0.72],
      [0.504, 0.68],
    ]);
    const { input, target } = balanceSamples(noisy, { seed: 1, count: 10 });
    expect(input.length).toBe(30);
    for (const value of input) expect(value).toBeCloseTo(0.502, 6);
    for (const value of target) expect(value).toBeCloseTo(0.7, 6);
  });

  it("draws a cell as often as the square root of its pixels asks", () => {
    const common = Array.from({ length: 100 }, () => [0.1, 0.1] as const);
    const { input } = balanceSamples(greys([...common, [0.9, 0.9]]), { seed: 1, count: 4000 });
    const rare = input.subarray(0, 4000).filter((value) => value > 0.5).length;
    // 1 of 1 + sqrt(100), where the pixels themselves have 1 of 101.
    expect(Math.abs(rare / 4000 - 1 / 11)).toBeLessThan(0.02);
  });

  it("keeps a pair that differs nowhere exactly so, also outside 0 to 1", () => {
    const same = greys(Array.from({ length: 500 }, (_, i) => [i / 400 - 0.1, i / 400 - 0.1] as const));
    const { input, target } = balanceSamples(same, { seed: 2, count: 1000 });
    expect(target).toEqual(input);
    expect(new Set(input).size).toBeGreaterThan(40);
  });

  it("draws the same for the same seed and other colours for another", () => {
    const samples = greys(Array.from({ length: 50 }, (_, i) => [i / 50, 1 - i / 50] as const));
    const draw = (seed: number): Float32Array => balanceSamples(samples, { seed, count: 20 }).input;
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

describe("averagedColours", () => {
  it("has the mean of each cell once, and the square root of its pixels as its weight, in the mean 1", () => {
    const common = Array.from({ length: 9 }, (_, nth) => [0.1 + nth / 10_000, 0.2] as const);
    const { input, target, weights } = averagedColours(greys([...common, [0.9, 0.8]]), 100);
    expect(input.length).toBe(6);
    expect(input[0]).toBeCloseTo(0.1004, 6);
    expect(target[5]).toBeCloseTo(0.8, 6);
    expect([...weights]).toEqual([1.5, 0.5]);
  });

  it("has no more than it may have, of larger cells", () => {
    const all = greys(Array.from({ length: 4000 }, (_, nth) => [nth / 4000, nth / 4000] as const));
    expect(averagedColours(all, 100).weights.length).toBe(64);
    expect(averagedColours(all, 30).weights.length).toBe(28);
  });
});
