import { describe, expect, it } from "vitest";
import { ColourComparison, identityCube } from "../../../src/colour/index.js";
import { NonFiniteError, ValueError } from "../../../src/core/errors.js";
import type { PixelNetwork } from "../../../src/kernels/index.js";
import {
  applyNetwork,
  coverageOf,
  isIdentity,
  type Look,
  lookFromLink,
  lookToLink,
  parseLook,
  readLookLink,
  type Settings,
  type StyleBlend,
  serializeLook,
  synthesize,
} from "../../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "../look-samples.js";
import { randomLook } from "./random-looks.js";

const K64 = schemaOf({
  network: { channels: [3, 64, 3], activation: "relu", residual: true },
  generator: { kind: "free" },
});
const RECORDS = {
  training: {
    ...{ source: "pair", steps: 16_000, batch: 2048, learningRate: 0.01, loss: "mse", seed: 0 },
    samples: 353_792,
  },
  error: {
    ...{ on: "held-out pixels", colours: 39_321, psnr: 42.390_518_273 },
    deltaE76: { mean: 1.05321, p95: 2.409114, max: 11.8312345 },
    deltaE2000: { mean: 0.789_123, p95: 1.700_123, max: 7.400_456 },
  },
};

/** Held against the library's own figure: 32 colours an axis, floats, clamped as photos are. */
function meanError(one: Look, other: Look, settings: Settings = {}, style?: StyleBlend): number {
  return meanOf(synthesize(one, settings, style), synthesize(other, settings, style));
}

/** Between a look at warmth 3 and one that has no knobs. */
function meanOfSetting(look: Look, style: StyleBlend, frozen: Look): number {
  return meanOf(synthesize(look, { warmth: 3 }, style), synthesize(frozen));
}

function meanOf(...networks: [PixelNetwork, PixelNetwork]): number {
  const colours = networks.map((network) => {
    const { table } = identityCube(32);
    applyNetwork(network, table, { channels: 3 });
    return table.map((value) => Math.min(1, Math.max(0, value)));
  }) as [Float32Array, Float32Array];
  const comparison = new ColourComparison();
  comparison.add(...colours);
  return comparison.result().deltaE2000.mean;
}

/** Without what a link rounds: the numbers, and the digits of the error. */
function described({ schema: { error: _, ...schema } }: Look): unknown {
  return schema;
}

describe("the link of a look", () => {
  it("has less than 2,000 characters for 64 hidden units, with the records of a training and what a photo covers", () => {
    const photo = Float32Array.from({ length: 3 * 2000 }, (_, at) => ((at * 7919) % 2000) / 4000 + 0.2);
    for (let seed = 1; seed <= 3; seed++) {
      const look = lookOf({ ...K64, ...RECORDS, coverage: coverageOf([photo]) }, seed);
      const { text, deltaE2000 } = lookToLink(look);
      expect(text.length).toBeLessThan(2000);
      const back = lookFromLink(text);
      expect(described(back)).toEqual(described(look));
      expect(back.schema.error?.deltaE2000).toEqual({ mean: 0.7891, p95: 1.7, max: 7.4 });
      expect(meanError(look, back)).toBeLessThan(0.1);
      // Of fewer colours, on the edges of the cube too.
      expect(deltaE2000.mean).toBeGreaterThan(0.5 * meanError(look, back));
      expect(deltaE2000.mean).toBeLessThan(2 * meanError(look, back));
    }
  });

  it("leaves out how the error grows with the distance from what was seen", () => {
    const errorByDistance = [{ from: 0, to: 0, colours: 900, mean: 0.4, p95: 1.2 }];
    const schema = { ...K64, ...RECORDS, coverage: coverageOf([Float32Array.of(0, 0, 0)]) };
    const look = lookOf({ ...schema, errorByDistance });
    const { schema: linked } = lookFromLink(lookToLink(look).text);
    expect(linked).not.toHaveProperty("errorByDistance");
    expect(linked.coverage).toEqual(schema.coverage);
    expect(parseLook(serializeLook(look), "look").schema.errorByDistance).toEqual(errorByDistance);
  });

  it("is the same again for the look that it gave", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { text } = lookToLink(randomLook(seed));
      expect(lookToLink(lookFromLink(text)), `seed ${seed}`).toMatchObject({ text, deltaE2000: { mean: 0 } });
    }
  });

  it("gives every setting of the knobs and every style within 0.1", () => {
    const styles = [{ name: "portra" }, { name: "golden" }];
    const look = lookOf(
      schemaOf({ condition: [WARMTH], styles, generator: { hidden: [8], activation: "relu" } }),
    );
    const back = lookFromLink(lookToLink(look).text);
    for (const warmth of [0, 2, 5, 10]) {
      for (const style of ["portra", "golden", { portra: 0.5, golden: 0.5 }]) {
        expect(meanError(look, back, { warmth }, style)).toBeLessThan(0.1);
      }
    }
  });

  it("of a look that changes nothing changes nothing", () => {
    const look = lookOf(K64);
    const table = look.parameters.get("generator.table") as Float32Array;
    table.fill(0, 64 * 3 + 64);
    expect(isIdentity(synthesize(lookFromLink(lookToLink(look).text)))).toBe(true);
  });

  it("at a setting is the network of that setting, and short", () => {
    const look = lookOf(
      schemaOf({
        condition: [WARMTH],
        styles: [{ name: "portra" }, { name: "golden" }],
        network: { channels: [3, 64, 3], activation: "silu", residual: true },
        generator: { hidden: [32], activation: "relu" },
      }),
    );
    const style = { portra: 0.25, golden: 0.75 };
    const { text } = lookToLink(look, { settings: { warmth: 3 }, style: "golden" });
    const short = lookFromLink(text);
    expect(text.length).toBeLessThan(2000);
    expect(lookToLink(look).text.length).toBeGreaterThan(20_000);
    expect(short.schema.condition).toEqual([]);
    expect(meanOfSetting(look, "golden", short)).toBeLessThan(0.05);
    const blended = lookFromLink(lookToLink(look, { settings: { warmth: 3 }, style }).text);
    expect(meanOfSetting(look, style, blended)).toBeLessThan(0.05);
  });

  it("stands behind the address that is given, in place of what was behind its #", () => {
    const { text } = lookToLink(lookOf());
    expect(lookToLink(lookOf(), { base: "https://example.org/studio/?a#old" }).text).toBe(
      `https://example.org/studio/?a#${text}`,
    );
  });

  it("names a number that is none, and a look that is too large", () => {
    const broken = lookOf();
    (broken.parameters.get("generator.head.bias") as Float32Array)[3] = Number.NaN;
    expect(() => lookToLink(broken)).toThrow(NonFiniteError);
    expect(() => lookToLink(broken)).toThrow("lookToLink generator.head.bias: expected finite numbers");
    const wide = lookOf(
      schemaOf({
        condition: [WARMTH],
        network: { channels: [3, 128, 3], activation: "relu", residual: true },
        generator: { hidden: [64], activation: "relu" },
      }),
    );
    expect(() => lookToLink(wide)).toThrow(ValueError);
    expect(() => lookToLink(wide)).toThrow(
      /^lookToLink: expected a look whose link has at most 65536 characters, received one of \d+\. Freeze it/,
    );
    expect(lookToLink(wide, { settings: {} }).text.length).toBeLessThan(4000);
  });

  it("keeps float32 as it is where rounding would be seen at any number of bits", () => {
    const look = lookOf(K64);
    const table = look.parameters.get("generator.table") as Float32Array;
    // The first unit is off for all colours, and its weight is 1e9 times that of the others.
    table.set([1e9, 0, 0], 0);
    table[64 * 3] = -2e9;
    const link = lookToLink(look);
    expect(link.bits).toBe(32);
    expect(serializeLook(lookFromLink(link.text))).toEqual(serializeLook(look));
  });
});

describe("a link's strength", () => {
  it("comes back in ten-thousandths, and takes nothing where the look is whole", () => {
    const look = lookOf(K64);
    const { text } = lookToLink(look);
    expect(readLookLink(text).strength).toBe(1);
    expect(lookToLink(look, { strength: 1 }).text).toBe(text);
    for (const strength of [0, 0.0001, 0.005, 0.35, 0.6, 0.9999]) {
      const part = lookToLink(look, { strength });
      expect(readLookLink(part.text)).toEqual({ look: lookFromLink(text), strength });
      expect(part.text.length).toBeLessThanOrEqual(text.length + 4);
    }
    expect(readLookLink(lookToLink(look, { strength: 1 / 3 }).text).strength).toBe(0.3333);
  });
});
