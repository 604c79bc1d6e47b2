import { describe, expect, it } from "vitest";
import { largest, smallest } from "../../src/core/extremes.js";

describe("largest and smallest", () => {
  it("are Math.max and Math.min of as many values as there are, with the start among them", () => {
    for (const values of [[], [3, -1, 2], [Number.NaN, 1], [-0, 0], [Number.POSITIVE_INFINITY, 5]]) {
      expect(largest(values)).toBe(Math.max(...values));
      expect(smallest(values)).toBe(Math.min(...values));
      expect(largest(values, 4)).toBe(Math.max(4, ...values));
      expect(smallest(values.values(), 0)).toBe(Math.min(0, ...values));
    }
  });

  it("take a million values", () => {
    const values = Float64Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 1_000_003);
    expect(() => Math.max(...values)).toThrow(RangeError);
    expect(largest(values)).toBe(1_000_002);
    expect(smallest(values)).toBe(0);
  });
});
