/** What the judge lets pass, and what it does not. */
import { describe, expect, it } from "vitest";
import { judge } from "../dist/judge.js";

const float32 = (...values: number[]) => ({ output: Float32Array.from(values) });
const float64 = (...values: number[]) => ({ output: Float64Array.from(values) });

describe("the judge", () => {
  it("measures a well-conditioned array by its largest entry", () => {
    expect(judge(float64(100.000199, 1), float64(100, 1), undefined)).toEqual([]);
    expect(judge(float64(100.000201, 1), float64(100, 1), undefined)).toMatchObject([{ index: 0 }]);
    expect(judge(float64(100, 1.000199), float64(100, 1), undefined)).toEqual([]);
  });

  it("measures each entry by its own terms where they may cancel", () => {
    const terms = float64(100, 1);
    expect(judge(float64(0.000099, 0.5), float64(0, 0.5), terms)).toEqual([]);
    expect(judge(float64(0.000101, 0.5), float64(0, 0.5), terms)).toMatchObject([{ index: 0 }]);
    // What is next to a large entry has digits of its own.
    expect(judge(float64(0, 0.500002), float64(0, 0.5), terms)).toMatchObject([{ index: 1 }]);
    expect(judge(float64(0.000199, 0.5), float64(0, 0.5), terms, true)).toEqual([]);
  });

  it("wants NaN and infinities where they are, and nowhere else", () => {
    const special = [Number.NaN, Number.POSITIVE_INFINITY, 1] as const;
    expect(judge(float32(...special), float64(...special), undefined)).toEqual([]);
    expect(judge(float32(0, Infinity, 1), float64(...special), undefined)).toMatchObject([{ index: 0 }]);
    expect(judge(float32(Number.NaN, -Infinity, 1), float64(...special), undefined)).toHaveLength(1);
    expect(judge(float32(1, 2, Number.NaN), float64(1, 2, 3), undefined)).toMatchObject([{ index: 2 }]);
  });

  it("wants whole numbers rounded, either way only next to a half", () => {
    const bytes = (...values: number[]) => ({ output: Uint8Array.from(values) });
    expect(judge(bytes(4, 5, 255, 0), float64(4.50005, 4.50005, 300, -3), undefined)).toEqual([]);
    expect(judge(bytes(4), float64(4.501), undefined)).toMatchObject([{ actual: 4 }]);
    expect(judge({ output: Uint16Array.of(4) }, float64(4.51), undefined)).toEqual([]);
    expect(judge({ output: Uint16Array.of(4) }, float64(4.53), undefined)).toHaveLength(1);
  });

  it("wants all outputs, as long as they are", () => {
    expect(judge({}, float64(1), undefined)).toMatchObject([{ actual: -1, expected: 1 }]);
    expect(judge(float32(1, 2), float64(1), undefined)).toMatchObject([{ actual: 2, expected: 1 }]);
  });
});
