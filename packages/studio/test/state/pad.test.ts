import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { padOf, sharesOf } from "../../src/state/pad.js";

const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("a pad of styles", () => {
  it("has shares that make 1 wherever the point lies, and one style alone in each corner", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 4 }), share, share, (count, x, y) => {
        const corners = ["a", "b", "c", "d"].slice(0, count);
        const shares = Object.values(sharesOf({ corners, x, y }));
        expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
        expect(shares.every((one) => one > 0)).toBe(true);
      }),
      { seed: 15 },
    );
    const corners = ["a", "b", "c", "d"];
    expect(
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ].map(([x, y]) => sharesOf({ corners, x: x as number, y: y as number })),
    ).toEqual([{ a: 1 }, { b: 1 }, { c: 1 }, { d: 1 }]);
  });

  it("of two goes from left to right alone, and one of three leaves its fourth corner to both beside it", () => {
    expect(sharesOf({ corners: ["a", "b"], x: 0.25, y: 1 })).toEqual({ a: 0.75, b: 0.25 });
    expect(sharesOf({ corners: ["a", "b", "c"], x: 1, y: 1 })).toEqual({ b: 0.5, c: 0.5 });
  });

  it("begins at the look's first style, and gives a style that has two corners both shares", () => {
    expect(sharesOf(padOf(["a", "b", "c", "d", "e"]))).toEqual({ a: 1 });
    expect(padOf(["a", "b", "c", "d", "e"]).corners).toEqual(["a", "b", "c", "d"]);
    expect(sharesOf({ corners: ["a", "a"], x: 0.5, y: 0 })).toEqual({ a: 1 });
  });
});
