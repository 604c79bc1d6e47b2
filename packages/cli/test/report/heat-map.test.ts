import { compareColours, rgbToLab } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { differences2000, heatScale, paintHeat } from "../../src/report/heat-map.js";

describe("the difference image", () => {
  it("is lighter the larger the difference, all the way up its scale", () => {
    const differences = Float32Array.from({ length: 101 }, (_, i) => i / 10);
    const colours = new Uint8Array(303);
    paintHeat(differences, 10, colours);
    const lab = rgbToLab(Float32Array.from(colours, (value) => value / 255));
    const lightness = differences.map((_, i) => lab[3 * i] as number);
    for (let i = 1; i <= 100; i++) expect(lightness[i]).toBeGreaterThan(lightness[i - 1] as number);
    expect([...colours.slice(0, 3)]).toEqual([0, 0, 0]);
    expect([...colours.slice(-3)]).toEqual([255, 250, 200]);
  });

  it("paints everything beyond the scale like its end", () => {
    const colours = new Uint8Array(6);
    paintHeat(Float32Array.of(3, 1e9), 3, colours);
    expect([...colours]).toEqual([255, 250, 200, 255, 250, 200]);
  });

  it("says its scale in words", () => {
    expect(heatScale(10)).toBe("0 black, 2.5 indigo, 5 magenta, 7.5 orange, 10 and above pale yellow");
    expect(heatScale(1)).toBe("0 black, 0.25 indigo, 0.5 magenta, 0.75 orange, 1 and above pale yellow");
  });

  it("shows the differences that the report counts", () => {
    const a = Float32Array.of(0, 0.5, 1, 0, 0.25, 1, 0, 0.75, 1);
    const b = Float32Array.of(0, 0.5, 1, 0, 0.3, 1, 0.1, 0.75, 1);
    const differences = differences2000(a, b);
    const { deltaE2000 } = compareColours(a, b, "planar");
    expect(Math.max(...differences)).toBeCloseTo(deltaE2000.max, 5);
    expect(differences.reduce((sum, one) => sum + one) / 3).toBeCloseTo(deltaE2000.mean, 5);
    expect(differences[2]).toBe(0);
  });
});
