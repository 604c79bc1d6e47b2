import { describe, expect, it } from "vitest";
import {
  mirrored,
  narrowingPhases,
  narrowingWeights,
  spline36,
  wideningPhases,
} from "../../../src/kernels/ycbcr/filter.js";

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

describe("the filter of colours", () => {
  it("is spline36: half-way it has 91/152, -9/76 and 3/152, at whole places 1 and 0", () => {
    const halfway = [0.5, 1.5, 2.5, 3.5].map(spline36);
    [91 / 152, -9 / 76, 3 / 152, 0].forEach((expected, nth) => {
      expect(halfway[nth]).toBeCloseTo(expected, 12);
    });
    expect([0, 1, -1, 2, -2, 3].map((place) => Math.abs(spline36(place)))).toEqual([1, 0, 0, 0, 0, 0]);
    expect(spline36(-0.3)).toBe(spline36(0.3));
  });

  it.each([0, 0.5, 1])("keeps an even colour and, between its sides, an even slope: siting %d", (siting) => {
    wideningPhases(siting).forEach(({ first, weights }, pixel) => {
      expect(sum(weights)).toBeCloseTo(1, 12);
      // The colour at place p is p: the pixel has that of its own place.
      expect(sum(weights.map((weight, nth) => weight * (first + nth)))).toBeCloseTo((pixel - siting) / 2, 2);
    });
    const phases = narrowingPhases(siting);
    expect(sum(phases.flatMap(({ weights }) => weights))).toBeCloseTo(1, 12);
    const places = phases.flatMap(({ first, weights }, parity) =>
      weights.map((weight, nth) => weight * (2 * (first + nth) + parity)),
    );
    expect(sum(places)).toBeCloseTo(siting, 2);
    const rows = narrowingWeights(siting);
    expect(sum(rows)).toBeCloseTo(1, 12);
    expect(sum(rows.map((weight, nth) => weight * (nth - 5)))).toBeCloseTo(siting, 2);
  });

  it("has the same weights across and down", () => {
    for (const siting of [0, 0.5, 1]) {
      const across = narrowingPhases(siting).flatMap(({ first, weights }, parity) =>
        weights.map((weight, nth) => [2 * (first + nth) + parity, weight] as const),
      );
      const rows = narrowingWeights(siting);
      for (const [pixel, weight] of across) expect(weight).toBeCloseTo(rows[pixel + 5] ?? 0, 12);
    }
  });

  it("mirrors what lies beyond the sides, the last sample next to itself", () => {
    expect([-3, -2, -1, 0, 4, 5, 6, 7].map((place) => mirrored(place, 5))).toEqual([2, 1, 0, 0, 4, 4, 3, 2]);
    expect([-3, 2, 3].map((place) => mirrored(place, 1))).toEqual([0, 0, 0]);
  });
});
