/** The examples of hypernetworks, in a short form: each learns what it says, and writes its picture. */
import { describe, expect, it } from "vitest";
import { learnInTurn } from "../../../../examples/hypernetworks/continual-learning.js";
import { LEVELS, steerDenoiser } from "../../../../examples/hypernetworks/denoiser.js";
import { kernelAt, learnFilterBank } from "../../../../examples/hypernetworks/filter-bank.js";
import { learnFields, PICTURES } from "../../../../examples/hypernetworks/neural-fields.js";
import { plotCurves } from "../../../../examples/hypernetworks/plot.js";
import { learnStyles, STYLES } from "../../../../examples/hypernetworks/styled-unet.js";

describe("examples/hypernetworks/continual-learning.ts", () => {
  it("keeps the first task with the regularizer, and forgets it without", () => {
    const [kept] = learnInTurn({ steps: 200, beta: 0.005 }).errors;
    const [forgotten] = learnInTurn({ steps: 200, beta: 0 }).errors;
    expect(kept).toBeLessThan(0.05);
    expect(forgotten).toBeGreaterThan(0.2);
  });
});

describe("examples/hypernetworks/denoiser.ts", () => {
  it("starts as the trained denoiser, and is better than it at strong noise once it is steered", () => {
    const { fixed, steered, startsAsItself } = steerDenoiser({ steps: 60 });
    expect(startsAsItself).toBe(true);
    const strongest = LEVELS.length - 1;
    expect(steered[strongest]).toBeLessThan(0.9 * (fixed[strongest] as number));
  });
});

describe("examples/hypernetworks/filter-bank.ts", () => {
  it("writes the kernel that belongs to a number, also one between those that it saw", () => {
    const { losses, kernelFor } = learnFilterBank({ steps: 600 });
    expect(losses[1]).toBeLessThan(losses[0] / 1000);
    for (const amount of [-1, -0.3, 0, 0.7, 1]) {
      const expected = kernelAt(amount);
      kernelFor(amount).forEach((weight, i) => {
        expect(Math.abs(weight - (expected[i] as number))).toBeLessThan(0.1);
      });
    }
  });
});

describe("examples/hypernetworks/neural-fields.ts", () => {
  it("tells all pictures apart by the numbers of each", () => {
    const { psnr } = learnFields({ steps: 80 });
    expect(psnr).toHaveLength(PICTURES.length);
    for (const value of psnr) expect(value).toBeGreaterThan(12);
  });
});

describe("examples/hypernetworks/styled-unet.ts", () => {
  it("gives every image the style whose decoder it passes through", () => {
    const { errors } = learnStyles({ steps: 80 });
    expect(errors).toHaveLength(STYLES.length);
    for (const error of errors) expect(error).toBeLessThan(0.06);
  });
});

describe("examples/hypernetworks/plot.ts", () => {
  it("draws every curve in the range of the first family", () => {
    const line = [
      [0, 0],
      [1, 2],
    ] as const;
    const svg = plotCurves("A line", [
      { name: "one", color: "#111111", curves: [line] },
      { name: "two", color: "#222222", curves: [line, line] },
    ]);
    expect(svg.match(/<polyline/g)).toHaveLength(3);
    expect(svg).toContain('<polyline points="48.0,352.0 592.0,84.0" fill="none" stroke="#111111"');
  });
});
