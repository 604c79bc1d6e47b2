import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureHistogram } from "../../src/doctor/histogram.js";

const anyNumber = fc.double();

describe("measureHistogram", () => {
  it("has 32 equal bins from the smallest to the largest entry, which is in the last one", () => {
    const values = Float32Array.from({ length: 64 }, (_, index) => index / 2);
    const { edges, counts, sum, sumOfSquares, nonFinite } = measureHistogram([...values, 32]);
    expect(edges).toEqual(Array.from({ length: 33 }, (_, edge) => edge));
    expect(counts).toEqual([...new Array(31).fill(2), 3]);
    expect(sum).toBe(63 * 16 + 32);
    expect(sumOfSquares).toBe(values.reduce((total, value) => total + value * value, 32 * 32));
    expect(nonFinite).toBe(0);
  });

  it("counts NaN and infinities apart, and they hide nothing", () => {
    const { nonFinite, ...rest } = measureHistogram([Number.NaN, 1, -Infinity, 2, Infinity, 4]);
    expect(nonFinite).toBe(3);
    expect({ nonFinite: 0, ...rest }).toEqual(measureHistogram([1, 2, 4]));
  });

  it.each([
    ["entries that are all equal", [3, 3, 3], { edges: [3, 3], counts: [3], sum: 9, sumOfSquares: 27 }],
    ["a single entry", [-2], { edges: [-2, -2], counts: [1], sum: -2, sumOfSquares: 4 }],
    ["no entry", [], { edges: [0, 0], counts: [0], sum: 0, sumOfSquares: 0 }],
  ])("gives one bin for %s", (_what, values, expected) => {
    expect(measureHistogram(values)).toEqual({ ...expected, nonFinite: 0 });
  });

  it("gives one empty bin where nothing is finite", () => {
    expect(measureHistogram([Number.NaN])).toMatchObject({ counts: [0], nonFinite: 1 });
  });

  it("spans the whole range of doubles, and the smallest ones", () => {
    const wide = measureHistogram([-Number.MAX_VALUE, 0, Number.MAX_VALUE]);
    expect(wide.counts.map((count, bin) => [bin, count]).filter(([, count]) => count)).toEqual([
      [0, 1],
      [16, 1],
      [31, 1],
    ]);
    const narrow = measureHistogram([0, Number.MIN_VALUE]);
    expect([narrow.counts[0], narrow.counts[31]]).toEqual([1, 1]);
  });

  it("holds for any numbers: every entry is counted once, and edges ascend from minimum to maximum", () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 200 }), (values) => {
        const finite = values.filter((value) => Number.isFinite(value));
        const { edges, counts, nonFinite } = measureHistogram(values);
        expect(edges).toHaveLength(counts.length + 1);
        expect(counts.reduce((total, count) => total + count, 0)).toBe(finite.length);
        expect(nonFinite).toBe(values.length - finite.length);
        expect([...edges].sort((a, b) => a - b)).toEqual(edges);
        if (finite.length === 0) return;
        expect(edges[0]).toBe(finite.reduce((a, b) => Math.min(a, b)));
        expect(edges.at(-1)).toBe(finite.reduce((a, b) => Math.max(a, b)));
      }),
    );
  });
});
