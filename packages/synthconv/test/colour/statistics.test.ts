import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ErrorAccumulator, errorStatistics } from "../../src/colour/index.js";
import { NonFiniteError, ValueError } from "../../src/core/index.js";

const errors = fc
  .array(fc.double({ min: 1e-6, max: 5000, noNaN: true }), { minLength: 1, maxLength: 3000 })
  .map((values) => Float64Array.from(values));

describe("errorStatistics", () => {
  it("gives the mean, the 95th percentile by nearest rank to 1.3e-4, and the maximum", () => {
    fc.assert(
      fc.property(errors, (values) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(0.95 * sorted.length) - 1] as number;
        const { mean, p95, max } = errorStatistics(values);
        expect(mean).toBeCloseTo(sorted.reduce((sum, value) => sum + value, 0) / sorted.length, 9);
        expect(Math.abs(p95 - exact)).toBeLessThanOrEqual(1.3e-4 * exact);
        expect(p95).toBeLessThanOrEqual(max);
        expect(max).toBe(sorted.at(-1));
      }),
    );
  });

  it("is all 0 where every error is 0", () => {
    expect(errorStatistics(new Float32Array(100))).toEqual({ mean: 0, p95: 0, max: 0 });
  });

  it("does not depend on the parts in which errors arrive", () => {
    const values = Float64Array.from({ length: 5000 }, (_, index) => (index * 0.618) % 7);
    const parts = new ErrorAccumulator();
    for (const [from, to] of [
      [0, 1],
      [1, 1500],
      [1500, 5000],
    ] as const)
      parts.add(values.subarray(from, to));
    const whole = errorStatistics(values);
    expect(parts.result().p95).toBe(whole.p95);
    expect(parts.result().max).toBe(whole.max);
    expect(parts.result().mean).toBeCloseTo(whole.mean, 12);
  });

  it("keeps errors beyond the histogram at their maximum", () => {
    expect(errorStatistics(Float64Array.of(1e6, 1e7))).toEqual({ mean: 5.5e6, p95: 1e7, max: 1e7 });
  });

  it("refuses no errors, negative errors, NaN and Infinity", () => {
    expect(() => errorStatistics(new Float32Array(0))).toThrow(ValueError);
    expect(() => errorStatistics(Float32Array.of(1, -1))).toThrow(
      "errorStatistics, error 1: expected 0 or more, received -1",
    );
    expect(() => errorStatistics(Float32Array.of(Number.NaN))).toThrow(NonFiniteError);
    expect(() => errorStatistics(Float32Array.of(1, 2, Number.POSITIVE_INFINITY))).toThrow(
      "errorStatistics, error 2: expected a finite number, received Infinity",
    );
  });
});
