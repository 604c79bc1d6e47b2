import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distribution, histogramLine } from "../../src/commands/inspect/histogram.js";

describe("distribution", () => {
  it("counts every entry once, whatever the entries", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 40 }),
        (entries, bins) => {
          const { count, histogram, mean } = distribution(Float32Array.from(entries), bins);
          expect(count).toBe(entries.length);
          expect(histogram.counts.reduce((sum, one) => sum + one, 0)).toBe(entries.length);
          expect(mean).toBeGreaterThanOrEqual(histogram.minimum - 1e-6);
          expect(mean).toBeLessThanOrEqual(histogram.maximum + 1e-6);
        },
      ),
    );
  });

  it("gives mean and standard deviation", () => {
    const { mean, std, histogram } = distribution(Float32Array.of(2, 4, 4, 4, 5, 5, 7, 9), 7);
    expect({ mean, std }).toEqual({ mean: 5, std: 2 });
    expect(histogram).toEqual({ minimum: 2, maximum: 9, counts: [1, 0, 3, 2, 0, 1, 1] });
  });

  it("counts entries that are not finite apart, where they cannot hide the others", () => {
    const { count, nonFinite, mean, histogram } = distribution(
      Float32Array.of(Number.NaN, 1, 3, Number.NEGATIVE_INFINITY),
      2,
    );
    expect({ count, nonFinite, mean }).toEqual({ count: 4, nonFinite: 2, mean: 2 });
    expect(histogram).toEqual({ minimum: 1, maximum: 3, counts: [1, 1] });
    expect(distribution(Float32Array.of(Number.NaN), 2)).toMatchObject({ count: 1, nonFinite: 1, mean: 0 });
  });

  it("puts entries that are all equal into the middle bin", () => {
    expect(distribution(Float32Array.of(0, 0, 0), 5).histogram.counts).toEqual([0, 0, 3, 0, 0]);
  });
});

describe("histogramLine", () => {
  it("draws the fullest bin to the top and an empty one as a space", () => {
    expect(histogramLine({ minimum: 0, maximum: 1, counts: [0, 1, 4, 8, 0] }, "unicode")).toBe(" ▁▄█ ");
  });

  it("shows a bin with a single entry among thousands", () => {
    expect(histogramLine({ minimum: 0, maximum: 1, counts: [1, 100_000] }, "unicode")).toBe("▁█");
  });

  it("has characters for terminals that show ASCII alone", () => {
    expect(histogramLine({ minimum: 0, maximum: 1, counts: [0, 1, 4, 8, 0] }, "ascii")).toBe(" .=# ");
  });
});
