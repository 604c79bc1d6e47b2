import { describe, expect, it } from "vitest";
import { erf, erfc } from "../../src/core/erf.js";

describe("erf", () => {
  // Python's math.erf, which is the C library's, right to the last digit or two.
  it.each([
    [0, 0],
    [1e-300, 1.1283791670955126e-300],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.4999, 0.9995928300996666],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [6, 1],
    [Number.POSITIVE_INFINITY, 1],
  ])("of %d is %d", (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(4e-16 * expected);
    expect(erf(-x)).toBe(-erf(x));
  });

  it("of NaN is NaN", () => {
    expect(erf(Number.NaN)).toBeNaN();
  });
});

describe("erfc", () => {
  // Python's math.erfc.
  it.each([
    [-3, 1.9999779095030015],
    [0, 1],
    [0.5, 0.4795001221869535],
    [3, 2.209049699858544e-5],
    [6, 2.1519736712498913e-17],
    [10, 2.088487583762545e-45],
    [Number.POSITIVE_INFINITY, 0],
  ])("of %d is %d", (x, expected) => {
    expect(Math.abs(erfc(x) - expected)).toBeLessThanOrEqual(1e-14 * expected);
  });
});
