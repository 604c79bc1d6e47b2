import { describe, expect, it } from "vitest";
import { compareColours, rgbToLab } from "../../src/colour/index.js";
import { RandomStream } from "../../src/core/random.js";
import {
  type ColourSamples,
  type FittedLook,
  fitLook,
  measureLook,
  PROTECTIONS,
  type Protection,
  protectLook,
} from "../../src/fit/index.js";
import { keepingOwnColour } from "../../src/fit/own-colour.js";
import { skinTones } from "../../src/fit/skin.js";
import { pixelNetworkForward } from "../../src/kernels/index.js";
import {
  clampToUnit,
  measureGuarantees,
  parseLook,
  serializeLook,
  synthesize,
} from "../../src/look/index.js";
import { lookOf, schemaOf, WARMTH } from "../look/look-samples.js";

type Map3 = (colour: readonly number[]) => readonly number[];

function samplesOf(map: Map3, seed: number, count = 6000): ColourSamples {
  const stream = new RandomStream({ seed, purpose: "test-colours" });
  const input = Float32Array.from({ length: 3 * count }, () => stream.uniform());
  const target = new Float32Array(3 * count);
  for (let nth = 0; nth < count; nth++) {
    const colour = [0, 1, 2].map((channel) => input[channel * count + nth] as number);
    map(colour).forEach((value, channel) => {
      target[channel * count + nth] = Math.min(1, Math.max(0, value));
    });
  }
  return { input, target };
}

/** Greys tinted by up to 43 codes, and greens that fall along them by 6. */
const toned: Map3 = ([red = 0, green = 0, blue = 0]) => [
  red ** 0.85,
  green + 0.11 * Math.sin(12 * green),
  0.05 + 0.87 * blue + 0.03 * red,
];

const training = samplesOf(toned, 1);
const test = { on: "other colours", samples: samplesOf(toned, 2) };
let trained: Promise<FittedLook> | undefined;
const fitted = async () => {
  trained ??= fitLook([{ samples: training }], { quality: "draft", size: 200, source: "test" });
  return (await trained).look;
};
const protectedBy = async (...protect: Protection[]) =>
  protectLook(await fitted(), { protect, training, test });

function made(look: Awaited<ReturnType<typeof fitted>>, image: Float32Array): Float32Array {
  const output = new Float32Array(image.length);
  pixelNetworkForward({ network: synthesize(look), image, pixels: image.length / 3, output });
  return clampToUnit(output);
}

describe("protectLook", () => {
  it("neutrals: a toned look leaves every grey grey", async () => {
    expect(measureGuarantees(synthesize(await fitted())).tint).toBeGreaterThan(15);
    const { look, missed } = await protectedBy("neutrals");
    expect(missed).toEqual([]);
    expect(measureGuarantees(synthesize(look)).tint).toBeLessThanOrEqual(0.25);
    // Colours that are far from grey stay those of the source.
    const { input } = test.samples;
    const count = input.length / 3;
    const far = Array.from({ length: count }, (_, nth) => nth).filter((nth) => {
      const colour = [0, 1, 2].map((channel) => input[channel * count + nth] as number);
      return Math.max(...colour) - Math.min(...colour) > 0.5;
    });
    const colours = (planes: Float32Array) =>
      Float32Array.from(
        [0, 1, 2].flatMap((channel) => far.map((nth) => planes[channel * count + nth] as number)),
      );
    const away = compareColours(colours(made(look, input)), colours(test.samples.target), "planar");
    expect(away.deltaE2000.mean).toBeLessThan(2);
  });

  it("monotone: no grey falls, whatever the source does", async () => {
    expect(measureGuarantees(synthesize(await fitted())).fall).toBeGreaterThan(5);
    const { look, missed } = await protectedBy("monotone");
    expect(missed).toEqual([]);
    expect(measureGuarantees(synthesize(look)).fall).toBeLessThanOrEqual(0.25);
  });

  it("skin: tones keep their hue and saturation, and take on the lightness of the look", async () => {
    const tones = skinTones();
    const unprotected = made(await fitted(), tones);
    const wanted = keepingOwnColour(
      { input: tones, target: unprotected },
      new Float32Array(tones.length / 3).fill(1),
    );
    expect(compareColours(unprotected, wanted.target, "planar").deltaE2000.mean).toBeGreaterThan(3);
    const { look, missed } = await protectedBy("skin");
    expect(missed).toEqual([]);
    expect(compareColours(made(look, tones), wanted.target, "planar").deltaE2000.mean).toBeLessThanOrEqual(
      0.5,
    );
  });

  it("keeps all of it together, and the record says what it costs", async () => {
    const plain = await fitted();
    const { look, missed } = await protectedBy(...PROTECTIONS);
    const { tint, fall } = measureGuarantees(synthesize(look));
    expect(missed).toEqual([]);
    expect(Math.max(tint, fall)).toBeLessThanOrEqual(0.25);
    const psnr = (one: typeof look) => measureLook(one, [{ samples: test.samples }], "x").psnr ?? Number.NaN;
    const { protection, guarantees, error } = look.schema;
    expect(protection?.kept).toEqual([...PROTECTIONS]);
    expect(protection?.psnr.without).toBeCloseTo(psnr(plain), 4);
    expect(protection?.psnr.with).toBe(psnr(look));
    expect(error?.psnr).toBe(psnr(look));
    expect(guarantees?.tint).toBeCloseTo(tint, 5);
    const back = parseLook(serializeLook(look), "x");
    expect(back.schema).toEqual(look.schema);
  });

  it("leaves a look that keeps it already as it is, to the bit", async () => {
    const grey = samplesOf(
      ([red = 0, green = 0, blue = 0]) => Array(3).fill(0.2 * red + 0.7 * green + 0.1 * blue),
      4,
    );
    const { look } = await fitLook([{ samples: grey }], { quality: "draft", size: 100, source: "test" });
    const kept = protectLook(look, {
      protect: ["neutrals"],
      training: grey,
      test: { on: "x", samples: grey },
    });
    expect(kept.missed).toEqual([]);
    expect(kept.look.parameters).toEqual(look.parameters);
  });

  it("refuses a look with knobs, and says what to do", () => {
    const options = { protect: ["skin" as const], training, test };
    expect(() => protectLook(lookOf(schemaOf({ condition: [WARMTH] })), options)).toThrow(
      "protectLook look: expected a look without knobs and styles, whose weights can be refined, received 1 knobs and " +
        "0 styles. Protect each of its sources, trained alone.",
    );
  });
});

describe("keepingOwnColour", () => {
  it("gives a colour the luminance of its target and its own hue, and moves by its share", () => {
    const stream = new RandomStream({ seed: 3, purpose: "own-colour-test" });
    const input = Float32Array.from({ length: 3 * 50 }, () => 0.2 + 0.5 * stream.uniform());
    const target = input.map((_, at) => 0.3 + 0.2 * Math.sin(at) ** 2);
    const shares = Float32Array.from({ length: 50 }, (_, nth) => (nth < 25 ? 1 : 0.5));
    const kept = keepingOwnColour({ input, target }, shares).target;
    const [before, after, own] = [input, target, kept].map((planes) => rgbToLab(planes, "planar")) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let nth = 0; nth < 25; nth++) {
      expect(own[3 * nth]).toBeCloseTo(after[3 * nth] as number, 3);
      const hue = (lab: Float64Array) => Math.atan2(lab[3 * nth + 2] as number, lab[3 * nth + 1] as number);
      // Of one chromaticity, CIELAB's hue angle still moves a little with lightness.
      const turn = Math.abs(hue(own) - hue(before)) % (2 * Math.PI);
      expect(Math.min(turn, 2 * Math.PI - turn)).toBeLessThan(0.12);
    }
    const whole = keepingOwnColour({ input, target }, new Float32Array(50).fill(1)).target;
    for (let nth = 25; nth < 50; nth++) {
      expect(kept[nth]).toBeCloseTo(((whole[nth] as number) + (target[nth] as number)) / 2, 6);
    }
  });

  it("makes a grey of black's target, and leaves what has no share", () => {
    const samples = {
      input: Float32Array.of(0, 0.4, 0, 0.5, 0, 0.6),
      target: Float32Array.of(0.2, 0.1, 0.1, 0.2, 0.1, 0.3),
    };
    const { target } = keepingOwnColour(samples, Float32Array.of(1, 0));
    expect(target[0]).toBeCloseTo(target[2] as number, 6);
    expect(target[2]).toBeCloseTo(target[4] as number, 6);
    expect([target[1], target[3], target[5]]).toEqual([0.1, 0.2, 0.3].map(Math.fround));
  });
});
