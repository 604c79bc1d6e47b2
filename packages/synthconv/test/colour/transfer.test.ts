import { converter } from "culori";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearToSrgb, srgbToLinear } from "../../src/colour/index.js";
import { srgbToLinearFast } from "../../src/colour/transfer.js";

const toLinear = converter("lrgb");
const value = fc.double({ min: -2, max: 2, noNaN: true });

describe("the sRGB transfer functions", () => {
  it("map black, the middle code and white to the standard's values", () => {
    expect(srgbToLinear(0)).toBe(0);
    expect(srgbToLinear(1)).toBe(1);
    expect(srgbToLinear(128 / 255)).toBeCloseTo(0.2158605, 7);
    expect(linearToSrgb(0)).toBe(0);
    expect(linearToSrgb(1)).toBeCloseTo(1, 15);
  });

  it("agree with culori, also outside 0..1", () => {
    fc.assert(
      fc.property(value, (v) => {
        const expected = toLinear({ mode: "rgb", r: v, g: 0, b: 0 }).r;
        expect(srgbToLinear(v)).toBeCloseTo(expected, 14);
      }),
    );
  });

  it("are odd: f(-v) = -f(v)", () => {
    fc.assert(fc.property(value, (v) => srgbToLinear(-v) === -srgbToLinear(v)));
    fc.assert(fc.property(value, (v) => linearToSrgb(-v) === -linearToSrgb(v)));
  });

  it("undo each other to the gap that the rounded constants of the standard leave at the knee", () => {
    fc.assert(fc.property(value, (v) => Math.abs(linearToSrgb(srgbToLinear(v)) - v) < 1e-7));
  });

  it("come from a table to 2.3e-8", () => {
    fc.assert(
      fc.property(fc.double({ min: -0.1, max: 1.1, noNaN: true }), (v) => {
        expect(Math.abs(srgbToLinearFast(v) - srgbToLinear(v))).toBeLessThan(2.3e-8);
      }),
      { numRuns: 2000 },
    );
    expect(srgbToLinearFast(1)).toBe(1);
  });
});
