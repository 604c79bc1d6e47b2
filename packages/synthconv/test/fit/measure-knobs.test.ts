import { describe, expect, it } from "vitest";
import { type FitExample, measureKnobs } from "../../src/fit/index.js";
import type { Look } from "../../src/look/index.js";
import { schemaOf } from "../look/look-samples.js";

const KNOB = { name: "glow", minimum: -1, maximum: 1, default: 0 };

/** A look that adds to every channel a sum of ramps of its knob: `slope * max(0, glow - from)`, at most 0.1. */
function lookOfRamps(...ramps: readonly (readonly [slope: number, from: number])[]): Look {
  const schema = schemaOf({
    condition: [KNOB],
    network: { channels: [3, 3], activation: "relu", residual: true },
    generator: { hidden: [ramps.length] },
  });
  const head = new Float32Array(12 * ramps.length);
  // The last three numbers that the head writes are the bias of the only layer.
  for (const row of [9, 10, 11])
    head.set(
      ramps.map(([slope]) => slope),
      row * ramps.length,
    );
  const parameters = new Map([
    ["generator.hidden.0.weight", new Float32Array(ramps.length).fill(1)],
    ["generator.hidden.0.bias", Float32Array.from(ramps, ([, from]) => -from)],
    ["generator.head.weight", head],
    ["generator.head.bias", new Float32Array(12)],
  ]);
  return { schema, parameters };
}

const at = (...settings: number[]): FitExample[] =>
  settings.map((glow) => ({
    settings: { glow },
    samples: { input: new Float32Array(3), target: new Float32Array(3) },
  }));

describe("measureKnobs", () => {
  it("finds nothing where a knob only rises", () => {
    const [record] = measureKnobs(lookOfRamps([0.05, -1], [0.05, 0]), at(-1, 1, 0));
    expect(record).toMatchObject({
      name: "glow",
      settings: [-1, 0, 1],
      reversal: { max: 0 },
      excursion: { max: 0 },
    });
  });

  it("finds a hump between two settings, in 255ths, and none where its top is a setting", () => {
    const hump = lookOfRamps([0.1, -1], [-0.2, 0]);
    const [between] = measureKnobs(hump, at(-1, 1));
    // Up by 0.1 and down again; at white both are cut off.
    expect(between?.excursion.max).toBeCloseTo(25.5, 3);
    expect(between?.reversal.max).toBeCloseTo(25.5, 3);
    expect(between?.excursion.mean).toBeLessThan(25.5);
    expect(between?.excursion.mean).toBeGreaterThan(15);
    const [known] = measureKnobs(hump, at(-1, 0, 1));
    expect(known?.excursion.max).toBeLessThan(1e-4);
    expect(known?.reversal.max).toBeLessThan(1e-4);
  });

  it("has nothing to say of a look without knobs", () => {
    expect(
      measureKnobs(
        {
          ...lookOfRamps([0, 0]),
          schema: schemaOf(),
          parameters: new Map([["generator.head.bias", new Float32Array(59)]]),
        },
        [],
      ),
    ).toEqual([]);
  });
});
