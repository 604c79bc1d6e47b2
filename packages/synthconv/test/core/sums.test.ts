import { describe, expect, it } from "vitest";
import { RunningSum, RunningSums, sumOf, sumOfSquares } from "../../src/core/index.js";

describe("sums", () => {
  it.each([0, 1, 63, 64, 65, 1000])(
    "of %i entries and of parts of them are those of whole numbers",
    (length) => {
      const data = Float64Array.from({ length: length + 5 }, (_, index) => index);
      const expected = (length * (length - 1)) / 2 + 3 * length;
      expect(sumOf(data, 3, 3 + length)).toBe(expected);
      const squares = data.reduce((sum, value) => sum + value * value, 0);
      expect(sumOfSquares(data)).toBe(squares);
    },
  );

  it("of a million times 0.1 lose nothing, where plain float64 loses 1e-11", () => {
    const data = new Float64Array(1_000_000).fill(0.1);
    const [one, many] = [new RunningSum(), new RunningSums(2)];
    for (const value of data) {
      one.add(value);
      many.add(1, value);
    }
    expect(sumOf(data, 0, data.length)).toBeCloseTo(100_000, 9);
    expect(sumOfSquares(data)).toBeCloseTo(10_000, 10);
    expect(one.value).toBe(100_000);
    expect([...many.values()]).toEqual([0, 100_000]);
  });

  it("keep what larger terms of the other sign leave behind", () => {
    const sum = new RunningSum();
    for (const term of [1, 1e100, 1, -1e100]) sum.add(term);
    expect(sum.value).toBe(2);
  });

  it.each([
    [[1, Infinity, 2], Infinity],
    [[-Infinity, 1], -Infinity],
    [[Infinity, -Infinity], Number.NaN],
    [[1, Number.NaN, 2], Number.NaN],
    [[1.7e308, 1.7e308], Infinity],
  ])("of %j are %d", (terms, expected) => {
    const many = new RunningSums(1);
    const sum = new RunningSum();
    for (const term of terms) {
      sum.add(term);
      many.add(0, term);
    }
    expect(sum.value).toBe(expected);
    expect(many.values()[0]).toBe(expected);
    expect(sumOf(Float64Array.from(terms), 0, terms.length)).toBe(expected);
  });
});
