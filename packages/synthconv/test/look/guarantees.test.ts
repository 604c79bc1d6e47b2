import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PixelNetwork } from "../../src/kernels/index.js";
import { measureGuarantees } from "../../src/look/index.js";

/** One layer: a matrix `[3,3]`, row by row, and an offset. */
function linear(matrix: readonly number[], offset: readonly number[] = [0, 0, 0]): PixelNetwork {
  const weight = Float32Array.from(matrix);
  const bias = Float32Array.from(offset);
  return { layers: [{ inputs: 3, outputs: 3, weight, bias, activation: "none" }], residual: false };
}

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const scaled = (...gains: readonly [number, number, number]) =>
  IDENTITY.map((one, at) => one * (gains[Math.floor(at / 3)] as number));

describe("measureGuarantees", () => {
  it("finds nothing wrong with the identity: steps of one code, all 256 levels", () => {
    const { step, ...others } = measureGuarantees(linear(IDENTITY));
    expect(others).toEqual({ tint: 0, fall: 0, fallAt: 0, folded: 0, clipped: 0, levels: 256 });
    expect(step).toBeCloseTo(1, 4);
  });

  it("measures a tint where it is largest, after the clamp", () => {
    expect(measureGuarantees(linear(scaled(1, 0.9, 1))).tint).toBeCloseTo(25.5, 3);
    // White stays white, and black takes it all.
    expect(measureGuarantees(linear(IDENTITY, [0.1, 0, 0])).tint).toBeCloseTo(25.5, 3);
  });

  it("measures a fall from the highest grey before it, and where it ends", () => {
    const negative = measureGuarantees(linear(scaled(-1, -1, -1), [1, 1, 1]));
    expect(negative.fall).toBeCloseTo(255, 3);
    expect(negative.fallAt).toBe(255);
  });

  it("counts colours as folded where an odd number of axes is turned around", () => {
    const exchanged = [0, 1, 0, 1, 0, 0, 0, 0, 1];
    expect(measureGuarantees(linear(exchanged)).folded).toBe(1);
    const turned = [0, 1, 0, 0, 0, 1, 1, 0, 0];
    expect(measureGuarantees(linear(turned)).folded).toBe(0);
    const monochrome = [0.2, 0.7, 0.1, 0.2, 0.7, 0.1, 0.2, 0.7, 0.1];
    expect(measureGuarantees(linear(monochrome))).toMatchObject({ folded: 0, tint: 0 });
  });

  it("counts what a gain clips, whatever the gains", () => {
    const gain = fc.integer({ min: 10, max: 30 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(gain, gain, gain, (red, green, blue) => {
        const { clipped, step } = measureGuarantees(linear(scaled(red, green, blue)));
        const kept = [red, green, blue].map(
          (one) =>
            Array.from({ length: 33 }, (_, node) => (node / 32) * one).filter((v) => v <= 1.001).length / 33,
        ) as [number, number, number];
        expect(clipped).toBeCloseTo(1 - kept[0] * kept[1] * kept[2], 9);
        expect(step).toBeCloseTo(Math.max(red, green, blue), 3);
      }),
      { numRuns: 20 },
    );
  });

  it("counts the levels that are left in the poorest channel", () => {
    expect(measureGuarantees(linear(scaled(1, 0.5, 1))).levels).toBe(129);
    expect(measureGuarantees(linear(scaled(1, 0, 1))).levels).toBe(1);
  });

  it("is of the strength that is asked for: at 0 nothing is wrong", () => {
    const negative = linear(scaled(-1, -1, -1), [1, 1, 1]);
    expect(measureGuarantees(negative, { strength: 0 })).toMatchObject({ fall: 0, folded: 0, levels: 256 });
  });
});
