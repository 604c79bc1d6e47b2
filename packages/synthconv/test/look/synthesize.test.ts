import { describe, expect, it } from "vitest";
import { ValueError } from "../../src/core/errors.js";
import { encodeCondition, lookLayout, networkPlaces, synthesize } from "../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "./look-samples.js";

describe("encodeCondition", () => {
  it("maps each knob's range to -1 to 1 and puts knobs that are left out at their default", () => {
    const tint = { name: "tint", minimum: -1, maximum: 3, default: 3 };
    expect([...encodeCondition([WARMTH, tint], { warmth: 0 })]).toEqual([-1, 1]);
    expect([...encodeCondition([WARMTH, tint], { warmth: 10, tint: 0 })]).toEqual([1, -0.5]);
    expect([...encodeCondition([WARMTH, tint])]).toEqual([0, 1]);
  });

  it.each([
    [{ heat: 1 }, "knob heat: expected one of warmth, received heat=1"],
    [{ warmth: 11 }, "knob warmth: expected a number from 0 to 10, received 11"],
    [{ warmth: Number.NaN }, "knob warmth: expected a number from 0 to 10, received NaN"],
    [{ warmth: Number.POSITIVE_INFINITY }, "knob warmth: expected a number from 0 to 10, received Infinity"],
  ])("refuses %j before any work", (settings, message) => {
    expect(() => encodeCondition([WARMTH], settings)).toThrow(ValueError);
    expect(() => encodeCondition([WARMTH], settings)).toThrow(message);
  });

  it("says so when a look has no knobs", () => {
    expect(() => encodeCondition([], { warmth: 1 })).toThrow(
      "knob warmth: expected no setting (this look has no knobs), received warmth=1",
    );
  });
});

describe("a look's layout", () => {
  it("puts each layer's weight and bias end to end", () => {
    expect(networkPlaces([3, 64, 3])).toMatchObject([
      { name: "layers.0.weight", shape: [64, 3, 1, 1], offset: 0 },
      { name: "layers.0.bias", shape: [64], offset: 192 },
      { name: "layers.1.weight", shape: [3, 64, 1, 1], offset: 256 },
      { name: "layers.1.bias", shape: [3], offset: 448 },
    ]);
    const { weights } = lookLayout(
      schemaOf({ network: { channels: [3, 64, 3], activation: "relu", residual: true } }),
    );
    expect([...weights.values()]).toEqual([[64, 3, 1, 1], [64], [3, 64, 1, 1], [3]]);
  });

  it("gives the generator a head of one bias when there are no knobs", () => {
    expect(lookLayout(schemaOf())).toMatchObject({
      parameters: new Map([["generator.head.bias", [59]]]),
      generator: "a bias alone",
    });
  });
});

describe("synthesize", () => {
  it("cuts the head's bias into layers when there are no knobs", () => {
    const look = lookOf();
    const flat = look.parameters.get("generator.head.bias") as Float32Array;
    const { layers, residual } = synthesize(look);
    expect(residual).toBe(true);
    expect(layers.map(({ activation }) => activation)).toEqual(["relu", "none"]);
    expect([...layers.flatMap(({ weight, bias = [] }) => [...weight, ...bias])]).toEqual([...flat]);
  });

  it("runs the generator on the condition", () => {
    const schema = schemaOf({ condition: [WARMTH], generator: { hidden: [4], activation: "relu" } });
    const look = lookOf(schema);
    const get = (name: string): Float32Array => look.parameters.get(name) as Float32Array;
    // The same by hand: one knob, four hidden units.
    const warmth = (2 * 8) / 10 - 1;
    const hidden = Array.from(get("generator.hidden.0.weight"), (weight, unit) =>
      Math.max(0, weight * warmth + (get("generator.hidden.0.bias")[unit] as number)),
    );
    const expected = Array.from(get("generator.head.bias"), (bias, row) =>
      hidden.reduce(
        (sum, value, unit) => sum + value * (get("generator.head.weight")[4 * row + unit] as number),
        bias,
      ),
    );
    const written = synthesize(look, { warmth: 8 }).layers.flatMap(({ weight, bias = [] }) => [
      ...weight,
      ...bias,
    ]);
    expect(written.length).toBe(59);
    written.forEach((value, index) => {
      expect(Math.abs(value - (expected[index] as number))).toBeLessThan(1e-6);
    });
  });
});
