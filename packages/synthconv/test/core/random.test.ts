import { describe, expect, it } from "vitest";
import { philox4x32, RandomStream } from "../../src/core/random.js";

describe("philox4x32", () => {
  // Known-answer vectors published with the authors' Random123 library (kat_vectors, philox 4x32 10).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)("gives the published words for counter %j", (counter, key, words) => {
    const out = new Uint32Array(4);
    philox4x32([...counter], [...key], out);
    expect([...out]).toEqual([...words]);
  });
});

describe("RandomStream", () => {
  it("gives the same numbers for the same key and others for another seed, step or purpose", () => {
    const draw = (seed: number, step: number, purpose: string): number[] => {
      const stream = new RandomStream({ seed, step, purpose });
      return Array.from({ length: 8 }, () => stream.uint32());
    };
    expect(draw(1, 2, "batch")).toEqual(draw(1, 2, "batch"));
    for (const other of [draw(2, 2, "batch"), draw(1, 3, "batch"), draw(1, 2, "init")]) {
      expect(other).not.toEqual(draw(1, 2, "batch"));
    }
  });

  it("has the mean and variance of the uniform and the normal distribution", () => {
    const count = 20_000;
    const moments = (draw: () => number): [number, number] => {
      const values = Array.from({ length: count }, draw);
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count];
    };
    const stream = new RandomStream({ seed: 7, purpose: "moments" });
    const [uniformMean, uniformVariance] = moments(() => stream.uniform());
    expect(Math.abs(uniformMean - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(uniformVariance - 1 / 12)).toBeLessThan(0.003);
    const [normalMean, normalVariance] = moments(() => stream.normal());
    expect(Math.abs(normalMean)).toBeLessThan(0.03);
    expect(Math.abs(normalVariance - 1)).toBeLessThan(0.04);
  });

  it("draws whole numbers below a limit, each about as often", () => {
    const stream = new RandomStream({ seed: 3, purpose: "dice" });
    const counts = [0, 0, 0, 0, 0, 0];
    for (let roll = 0; roll < 6000; roll++) {
      const face = stream.integer(6);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it.each([-1, 0.5, Number.NaN])("refuses seed %s", (seed) => {
    expect(() => new RandomStream({ seed, purpose: "x" })).toThrow(
      /RandomStream seed: expected a whole number from 0 to 2\^53 - 1, received/,
    );
  });
});
