import { describe, expect, it } from "vitest";
import { appended } from "../../src/state/charts.js";

/** What is left of steps that come one by one. */
function steps(count: number, most: number, every = 1): number[] {
  let points: readonly { step: number }[] = [];
  for (let nth = 0; nth < count; nth++) points = appended(points, { step: nth * every }, most);
  return points.map(({ step }) => step);
}

describe("a chart's points", () => {
  it("are all of them while they are few", () => {
    expect(steps(5, 8)).toEqual([0, 1, 2, 3, 4]);
  });

  it("are thinned out evenly, with the first and the newest", () => {
    for (const count of [9, 16, 17, 100, 1000, 4097]) {
      const left = steps(count, 8);
      expect(left.length).toBeLessThanOrEqual(9);
      expect(left.length).toBeGreaterThanOrEqual(4);
      expect(left[0]).toBe(0);
      expect(left.at(-1)).toBe(count - 1);
      const gaps = left.slice(1, -1).map((step, nth) => step - (left[nth] as number));
      expect(new Set(gaps).size, `${left}`).toBeLessThanOrEqual(1);
    }
  });
});
