import { describe, expect, it } from "vitest";
import { convolutionFlops, networkFlops, networkName } from "../src/harness/flops.js";
import { fitLine, pairedRatios, quantile, summarise } from "../src/harness/statistics.js";
import { parseOptions } from "../src/options.js";

describe("flops", () => {
  it("of 3-K-3 are 12 K forward and 30 K in training", () => {
    for (const hidden of [1, 16, 64]) {
      expect(networkFlops([3, hidden, 3])).toEqual({ forward: 12 * hidden, training: 30 * hidden });
    }
    expect(networkName([3, 32, 32, 3])).toBe("3-32-32-3");
  });

  it("of a convolution count forward and both gradients", () => {
    const sizes = { batch: 8, inputs: 32, outputs: 32, height: 128, width: 128, kernel: 3 };
    expect(convolutionFlops(sizes)).toBe(3 * 2 * 8 * 32 * 32 * 9 * 128 * 128);
  });
});

describe("statistics", () => {
  it("interpolate between neighbours as numpy does", () => {
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(summarise([5, 1, 3])).toEqual({ median: 3, lower: 2, upper: 4, count: 3 });
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("pair the rounds that both took part in", () => {
    expect(pairedRatios([2, 6, 9], [1, 2])).toEqual([2, 3]);
  });

  it("find the line through points that lie on one", () => {
    const { intercept, slope } = fitLine([1, 2, 5].map((x) => [x, 3 * x + 4] as const));
    expect([intercept, slope]).toEqual([expect.closeTo(4, 12), expect.closeTo(3, 12)]);
  });
});

describe("options", () => {
  it("name the sections and refuse one that does not exist", () => {
    expect(parseOptions(["--quick", "--only", "a"], ["a", "b"], "x")).toEqual({
      json: false,
      quick: true,
      only: ["a"],
    });
    expect(() => parseOptions(["--only", "c"], ["a", "b"], "x")).toThrow(
      "--only: expected some of a,b, received c",
    );
    expect(parseOptions(["--help"], ["a"], "about")).toContain("--only a,b");
  });
});
