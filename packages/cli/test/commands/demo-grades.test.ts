import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyGrade,
  COOL_CROSS_PROCESS,
  type Grade,
  gradeBetween,
  WARM_FADE,
} from "../../src/commands/demo/grades.js";

const NEUTRAL: Grade = {
  contrast: [0, 0, 0],
  shadows: [0, 0, 0],
  highlights: [0, 0, 0],
  greensToYellow: 0,
  saturation: 1,
  black: [0, 0, 0],
  white: [1, 1, 1],
};

const unit = fc.float({ min: 0, max: 1, noNaN: true });
const colour = fc.tuple(unit, unit, unit).map((channels) => Float32Array.from(channels));

describe("the gradings of the demo", () => {
  it("leave every colour as it is when nothing is set", () => {
    fc.assert(
      fc.property(colour, (before) => {
        const after = applyGrade(NEUTRAL, before);
        for (const channel of [0, 1, 2]) expect(after[channel]).toBeCloseTo(before[channel] as number, 6);
      }),
    );
  });

  it("keep colours between 0 and 1 at every setting of the knob", () => {
    fc.assert(
      fc.property(colour, unit, (before, mix) => {
        const after = applyGrade(gradeBetween(COOL_CROSS_PROCESS, WARM_FADE, mix), before);
        for (const value of after) expect(value >= 0 && value <= 1).toBe(true);
      }),
    );
  });

  it("move by little when the knob does", () => {
    fc.assert(
      fc.property(colour, fc.float({ min: 0, max: Math.fround(0.99), noNaN: true }), (before, mix) => {
        const here = applyGrade(gradeBetween(COOL_CROSS_PROCESS, WARM_FADE, mix), before);
        const there = applyGrade(gradeBetween(COOL_CROSS_PROCESS, WARM_FADE, mix + 0.01), before);
        const steps = here.map((value, channel) => Math.abs(value - (there[channel] as number)));
        expect(Math.max(...steps)).toBeLessThan(0.05);
      }),
    );
  });

  it("go from one grading to the other, and the second is what its sliders say", () => {
    expect(gradeBetween(COOL_CROSS_PROCESS, WARM_FADE, 0)).toEqual(COOL_CROSS_PROCESS);
    const last = gradeBetween(COOL_CROSS_PROCESS, WARM_FADE, 1);
    expect(last.saturation).toBeCloseTo(WARM_FADE.saturation, 12);
    // Black has no contrast, no highlights and no green: shadows, greyed, then lifted.
    const [red, green, blue] = applyGrade(WARM_FADE, new Float32Array(3));
    const grey = 0.2126 * 0.05 + 0.7152 * 0.01 + 0.0722 * 0.03;
    const faded = (shadow: number, black: number, white: number): number =>
      black + (grey + 0.72 * (shadow - grey)) * (white - black);
    expect(red).toBeCloseTo(faded(0.05, 0.13, 1), 6);
    expect(green).toBeCloseTo(faded(0.01, 0.1, 0.96), 6);
    expect(blue).toBeCloseTo(faded(0.03, 0.11, 0.84), 6);
  });

  it("turn greens towards yellow and leave yellows, cyans and greys alone", () => {
    const straw = { ...NEUTRAL, greensToYellow: 0.5 };
    const after = (...before: number[]): number[] => [...applyGrade(straw, Float32Array.from(before))];
    expect(after(0.5, 0.5, 0.125)).toEqual([0.5, 0.5, 0.125]);
    expect(after(0.125, 0.5, 0.5)).toEqual([0.125, 0.5, 0.5]);
    const [red, green, blue] = after(0.25, 0.75, 0.25) as [number, number, number];
    expect(red).toBeCloseTo(0.25 + 0.5 * 0.5, 6);
    expect(green).toBeLessThan(0.75);
    expect(blue).toBeCloseTo(0.25, 6);
  });
});
