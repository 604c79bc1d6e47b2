import { converter } from "culori";
import sharp from "sharp";
import { linearToSrgb, srgbToLinear } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { ADOBE_RGB } from "../../src/image/colour-tag.js";
import { type ColourTransform, colourTransform, SRGB_COLOURS } from "../../src/image/colour-transform.js";
import { type IccProfile, readIccProfile } from "../../src/image/icc-profile.js";
import {
  adobeRgb,
  curve,
  displayP3,
  formula,
  iccProfile,
  noise,
  pngWithProfile,
  proPhoto,
  rgbProfile,
} from "./material.js";

function transformOf(icc: Buffer): ColourTransform | undefined {
  const profile = readIccProfile(icc);
  if (profile?.kind !== "matrix") throw new Error(`expected a matrix profile, received ${profile?.kind}`);
  return colourTransform(profile, SRGB_COLOURS, profile);
}

function greyCurve(icc: Buffer): (encoded: number) => number {
  const profile = readIccProfile(icc);
  if (profile?.kind !== "grey") throw new Error(`expected a grey profile, received ${profile?.kind}`);
  return profile.curve;
}

/** All reds, all greens, all blues of colours on a grid, 0..1. */
function grid(steps: number): Float32Array {
  const count = (steps + 1) ** 3;
  const colours = new Float32Array(3 * count);
  for (let i = 0; i < count; i++) {
    colours[i] = (i % (steps + 1)) / steps;
    colours[count + i] = (Math.floor(i / (steps + 1)) % (steps + 1)) / steps;
    colours[2 * count + i] = Math.floor(i / (steps + 1) ** 2) / steps;
  }
  return colours;
}

/** The largest error, in codes, of going to sRGB and back, over samples from the code `darkest` on. */
async function roundTripError(icc: Buffer, depth: 8 | 16, darkest: number): Promise<number> {
  const white = 2 ** depth - 1;
  const { data } = noise(300, 300, 3, depth);
  const colours = Float32Array.from(data, (code) => code / white);
  const transform = transformOf(icc);
  transform?.toLook(colours);
  transform?.fromLook(colours);
  let worst = 0;
  for (let i = 0; i < data.length; i++) {
    const code = data[i] as number;
    if (code >= darkest) worst = Math.max(worst, Math.abs(Math.round((colours[i] as number) * white) - code));
  }
  return worst;
}

const spaces = [
  ["Display P3", displayP3],
  ["Adobe RGB", async () => adobeRgb()],
  ["ProPhoto", async () => proPhoto()],
] as const;

describe("colourTransform", () => {
  it("gives the colours of culori, below 0 and above 1 too", async () => {
    const toLinearSrgb = converter("lrgb");
    const from = { "Display P3": "p3", "Adobe RGB": "a98", ProPhoto: "prophoto" } as const;
    for (const [name, icc] of spaces) {
      const colours = grid(6);
      const before = colours.slice();
      const count = colours.length / 3;
      transformOf(await icc())?.toLook(colours);
      expect(colours.reduce((least, value) => Math.min(least, value))).toBeLessThan(-0.1);
      for (let i = 0; i < count; i++) {
        const [r, g, b] = [0, 1, 2].map((channel) => before[channel * count + i] as number) as [
          number,
          number,
          number,
        ];
        const expected = toLinearSrgb({ mode: from[name], r, g, b });
        // In light, because codes near black are steep; to 0.002, because profiles hold 16-bit numbers and
        // white points of D50 differ in the fourth digit.
        [expected.r, expected.g, expected.b].forEach((light, channel) => {
          const mine = srgbToLinear(colours[channel * count + i] as number);
          expect(Math.abs(mine - light)).toBeLessThan(0.002);
        });
      }
    }
  });

  it("gives the colours of Little CMS to one 8-bit code, inside sRGB", async () => {
    for (const [, icc] of spaces) {
      const profile = await icc();
      const picture = noise(64, 64, 3, 8);
      const png = await pngWithProfile(picture, profile);
      const converted = await sharp(png).toColourspace("srgb").raw().toBuffer();
      const count = 64 * 64;
      const colours = new Float32Array(3 * count);
      for (let i = 0; i < 3 * count; i++)
        colours[(i % 3) * count + Math.floor(i / 3)] = (picture.data[i] as number) / 255;
      transformOf(profile)?.toLook(colours);
      let inside = 0;
      for (let i = 0; i < count; i++) {
        const mine = [0, 1, 2].map((channel) => 255 * (colours[channel * count + i] as number));
        if (mine.some((value) => value < 0.5 || value > 254.5)) continue;
        inside++;
        mine.forEach((value, channel) => {
          expect(Math.abs(value - (converted[3 * i + channel] as number))).toBeLessThan(1);
        });
      }
      expect(inside).toBeGreaterThan(100);
    }
  });

  it("comes back to every 8-bit code exactly", async () => {
    for (const [, icc] of spaces) expect(await roundTripError(await icc(), 8, 0)).toBe(0);
  });

  it("comes back to every 16-bit code within one, outside the deepest shadows", async () => {
    // Below 1/64 beside a channel at full light, float32 itself ends: a code is a light of 1e-9 there.
    for (const [, icc] of spaces) expect(await roundTripError(await icc(), 16, 1024)).toBeLessThanOrEqual(1);
    for (const [, icc] of spaces) expect(await roundTripError(await icc(), 16, 0)).toBeLessThanOrEqual(64);
  });

  it("keeps greys grey, and black and white where they are", async () => {
    for (const [, icc] of spaces) {
      const levels = Float32Array.from({ length: 101 }, (_, i) => i / 100);
      const colours = Float32Array.from([...levels, ...levels, ...levels]);
      transformOf(await icc())?.toLook(colours);
      for (let i = 0; i <= 100; i++) {
        expect(Math.abs((colours[i] as number) - (colours[101 + i] as number))).toBeLessThan(1e-6);
        expect(Math.abs((colours[i] as number) - (colours[202 + i] as number))).toBeLessThan(1e-6);
      }
      expect(colours[0]).toBe(0);
      expect(colours[100]).toBeCloseTo(1, 6);
    }
  });

  it("is not needed for sRGB, whose profiles come with a table of 1024 samples or a formula", async () => {
    const srgb = [
      [0.43607, 0.22249, 0.01392],
      [0.38515, 0.71687, 0.09708],
      [0.14307, 0.06061, 0.7141],
    ] as const;
    const table = Array.from({ length: 1024 }, (_, i) => {
      const code = i / 1023;
      return code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4;
    });
    expect(transformOf(rgbProfile(srgb, curve(...table)))).toBeUndefined();
    expect(
      transformOf(rgbProfile(srgb, formula(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))),
    ).toBeUndefined();
    expect(transformOf(rgbProfile(srgb, curve(1)))).toBeDefined();
  });

  it("knows Adobe RGB without a profile, for cameras that name it in EXIF", () => {
    const [mine, theirs] = [grid(5), grid(5)];
    colourTransform(ADOBE_RGB, SRGB_COLOURS, ADOBE_RGB)?.toLook(mine);
    transformOf(adobeRgb())?.toLook(theirs);
    mine.forEach((value, i) => {
      expect(value).toBeCloseTo(theirs[i] as number, 2);
    });
  });
});

describe("readIccProfile", () => {
  it("reads each type of formula (ICC.1:2022, table 68)", () => {
    const cases: readonly [Buffer, (x: number) => number][] = [
      [formula(0, 2), (x) => x ** 2],
      [formula(1, 2, 1.25, -0.25), (x) => (x >= 0.2 ? (1.25 * x - 0.25) ** 2 : 0)],
      [formula(2, 2, 1, -0.5, 0.25), (x) => (x >= 0.5 ? (x - 0.5) ** 2 + 0.25 : 0.25)],
      [formula(3, 2, 1, 0, 0.25, 0.25), (x) => (x >= 0.25 ? x ** 2 : 0.25 * x)],
      [
        formula(4, 2, 0.5, 0.5, 0.5, 0.25, 0, 0.125),
        (x) => (x >= 0.25 ? (0.5 * x + 0.5) ** 2 : 0.5 * x + 0.125),
      ],
      [curve(2.5), (x) => x ** 2.5],
      [curve(0, 0.25, 1), (x) => (x < 0.5 ? x / 2 : 0.25 + 1.5 * (x - 0.5))],
      [curve(), (x) => x],
    ];
    for (const [trc, expected] of cases) {
      const read = greyCurve(iccProfile("GRAY", { kTRC: trc }));
      for (const x of [0, 0.1, 0.2, 0.3, 0.7, 1]) expect(read(x)).toBeCloseTo(Math.min(1, expected(x)), 4);
    }
  });

  it("reads grey by lightness as well", () => {
    const read = greyCurve(iccProfile("GRAY", { kTRC: curve() }, "Lab "));
    // L* 50 is Y 0.18419, L* 8 is Y 0.008856 (CIE 15:2004).
    expect(read(0.5)).toBeCloseTo(0.18419, 4);
    expect(read(0.08)).toBeCloseTo(0.008856, 4);
    expect(linearToSrgb(read(0.5))).toBeCloseTo(0.4663, 3);
  });

  it("does not fall for damaged or hostile bytes", () => {
    const whole = adobeRgb();
    for (let length = 0; length < whole.length; length += 7) {
      expect(() => readIccProfile(whole.subarray(0, length))).not.toThrow();
    }
    const falling = rgbProfile(
      [
        [0.4, 0.2, 0],
        [0.4, 0.7, 0.1],
        [0.1, 0.1, 0.7],
      ],
      curve(1, 0.5, 0),
    );
    const flat = rgbProfile(
      [
        [0.4, 0.2, 0.1],
        [0.4, 0.2, 0.1],
        [0.1, 0.1, 0.7],
      ],
      curve(2),
    );
    const hugeTable = Buffer.from(whole);
    hugeTable.writeUInt32BE(0xffffffff, 128);
    const hugeCurve = rgbProfile(
      [
        [0.4, 0.2, 0],
        [0.4, 0.7, 0.1],
        [0.1, 0.1, 0.7],
      ],
      Buffer.from("curv\0\0\0\0\xff\xff\xff\xff", "latin1"),
    );
    const readings: (IccProfile | undefined)[] = [falling, flat, hugeCurve, Buffer.alloc(500)].map(
      readIccProfile,
    );
    expect(readings).toEqual([undefined, undefined, undefined, undefined]);
    expect(readIccProfile(hugeTable)?.kind).toBe("matrix");
  });

  it("tells RGB by tables from other spaces", () => {
    const table = Buffer.alloc(32);
    expect(readIccProfile(iccProfile("RGB ", { A2B0: table }))?.kind).toBe("unread");
    const cmyk = iccProfile("RGB ", {});
    cmyk.write("CMYK", 16, "latin1");
    expect(readIccProfile(cmyk)).toEqual({ kind: "other" });
  });
});
