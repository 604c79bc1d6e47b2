import { describe, expect, it } from "vitest";
import { identityCube, type Lut } from "../../src/colour/index.js";
import { LeastSquares } from "../../src/core/least-squares.js";
import { RandomStream } from "../../src/core/random.js";
import {
  type ColourSamples,
  fitLook,
  greySourceOfLut,
  greySourceOfSamples,
  latticeSamples,
  measureGreys,
  measureLook,
  repairGreys,
  sampleLut,
} from "../../src/fit/index.js";
import type { PixelNetwork } from "../../src/kernels/index.js";
import { type Look, synthesize } from "../../src/look/index.js";

type Colour = (red: number, green: number, blue: number) => readonly number[];

function lutOf(colour: Colour, size = 9): Lut {
  const cube = identityCube(size);
  const table = new Float32Array(cube.table.length);
  for (let at = 0; at < table.length; at += 3) {
    table.set(
      colour(cube.table[at] as number, cube.table[at + 1] as number, cube.table[at + 2] as number),
      at,
    );
  }
  return { stages: [{ ...cube, table }] };
}

const monochrome = lutOf((r, g, b) => {
  const y = 0.21 * r + 0.72 * g + 0.07 * b;
  return [1, 1, 1].map(() => y * y * (3 - 2 * y));
});
const harsh = lutOf(
  (r, g, b) => [r ** 0.6, 0.9 * g ** 1.4 + 0.05 * r, 0.6 * b + 0.3 * Math.sin(3 * g) ** 2],
  17,
);

/** Curves of three to six pieces, most of which rise, mixed a little: a channel each. */
function wavyLut(random: RandomStream): Lut {
  const mix = 0.3 * random.uniform();
  const curves = [0, 1, 2].map(() => {
    const pieces = 3 + random.integer(4);
    const points = Array.from(
      { length: pieces + 1 },
      (_, at) => at / pieces + 0.9 * (random.uniform() - 0.5),
    );
    return (value: number): number => {
      const at = Math.min(pieces - 1, Math.floor(pieces * Math.max(0, value)));
      const part = pieces * value - at;
      const [low, high] = [points[at] as number, points[at + 1] as number];
      return Math.min(1, Math.max(0, low + (high - low) * part * part * (3 - 2 * part)));
    };
  });
  return lutOf((...colour) => {
    const mean = (colour[0] + colour[1] + colour[2]) / 3;
    return colour.map((value, channel) =>
      (curves[channel] as (typeof curves)[0])(value + mix * (mean - value)),
    );
  }, 17);
}

/** Adds `values` of a piecewise linear curve of the mean of the input to every channel: a kink of relu a piece. */
function networkOf(kinks: readonly (readonly [at: number, slope: number])[], tint = 0): PixelNetwork {
  const units = kinks.length;
  const third = 1 / 3;
  return {
    residual: true,
    layers: [
      {
        inputs: 3,
        outputs: units,
        weight: new Float32Array(3 * units).fill(third),
        bias: Float32Array.from(kinks, ([at]) => -at),
        activation: "relu",
      },
      {
        inputs: units,
        outputs: 3,
        weight: Float32Array.from([0, 1, 2].flatMap(() => kinks.map(([, slope]) => slope))),
        bias: Float32Array.of(0, 0, tint),
        activation: "none",
      },
    ],
  };
}

describe("measureGreys", () => {
  const samples = latticeSamples(lutOf((r, g, b) => [r, g, b]));

  it("finds the largest fall along the ramp, and where it ends", () => {
    // From grey 102 to 153 the output falls with slope -1, then rises again: 51 codes.
    const network = networkOf([
      [0.4, -2],
      [0.6, 2],
    ]);
    const source = greySourceOfLut(
      lutOf((r, g, b) => [r, g, b]),
      samples,
    );
    const { fall, fallAt, tint } = measureGreys(network, source, samples);
    expect(fall).toBeCloseTo(51, 3);
    expect(fallAt).toBe(153);
    expect(tint).toBeNull();
  });

  it("counts what falls where the source does not", () => {
    const network = networkOf([[0, -2]]);
    const negative = greySourceOfLut(
      lutOf((r, g, b) => [1 - r, 1 - g, 1 - b]),
      samples,
    );
    expect(measureGreys(networkOf([[0, -1]]), negative, samples).fall).toBe(0);
    expect(measureGreys(network, negative, samples).fall).toBe(0);
    const flat = greySourceOfLut(
      lutOf(() => [0.5, 0.5, 0.5]),
      samples,
    );
    expect(measureGreys(networkOf([[0, -1.5]]), flat, samples).fall).toBeCloseTo(0, 3);
  });

  it("finds the tint of a monochrome source", () => {
    const grey = greySourceOfLut(monochrome, latticeSamples(monochrome));
    const onGreys = { input: Float32Array.of(0.2, 0.7, 0.2, 0.7, 0.2, 0.7), target: new Float32Array(6) };
    expect(measureGreys(networkOf([[0, 0]], 0.02), grey, onGreys).tint).toBeCloseTo(5.1, 3);
  });

  it("knows the ramp of photos by their nearly grey colours, and a monochrome pair by all", () => {
    const { input } = sampleLut(monochrome, { seed: 1, count: 20_000 });
    const greys = input.map((value, at) => 0.98 * (input[at % 20_000] as number) + 0.02 * value);
    const darker = { input: greys, target: greys.map((_, at) => (greys[at % 20_000] as number) ** 1.5) };
    const { ramp, isMonochrome } = greySourceOfSamples(darker);
    expect(isMonochrome).toBe(true);
    for (const grey of [40, 128, 200]) expect(ramp[grey]).toBeCloseTo((grey / 255) ** 1.5, 1);
    const tinted = {
      ...darker,
      target: darker.target.map((value, at) => (at < 20_000 ? value + 0.02 : value)),
    };
    expect(greySourceOfSamples(tinted).isMonochrome).toBe(false);
    expect(
      greySourceOfSamples({ input: input.subarray(0, 3), target: input.subarray(0, 3) }).ramp[128],
    ).toBeNaN();
  });
});

describe("LeastSquares", () => {
  it("finds weights that made the targets, several outputs at once, and adds systems", () => {
    const rows = Array.from({ length: 40 }, (_, i) =>
      Float64Array.of(Math.sin(i), Math.cos(2 * i), (i % 7) / 7, 1),
    );
    const truth = [
      [1, -2, 0.5, 3],
      [0, 4, -1, 0.25],
    ];
    const half = [new LeastSquares(4, 2), new LeastSquares(4, 2)] as const;
    rows.forEach((row, i) => {
      const targets = truth.map((weights) => weights.reduce((sum, w, k) => sum + w * (row[k] as number), 0));
      half[i % 2]?.add(row, targets, 0.3);
    });
    const found = half[0].plus(half[1], 2).solve(1e-14);
    truth.forEach((weights, output) => {
      weights.forEach((weight, k) => {
        expect(found[2 * k + output]).toBeCloseTo(weight, 8);
      });
    });
  });
});

describe("repairGreys", () => {
  const fitted = async (lut: Lut, channels: number, hidden = 1) => {
    const training = sampleLut(lut, { seed: 0, count: 2 ** 15 });
    const test = latticeSamples(lut);
    const options = { channels, hidden, steps: 300, batch: 512, source: "cube" };
    const { look } = await fitLook([{ samples: training }], options);
    const source = greySourceOfLut(lut, test);
    const before = { greys: measureGreys(synthesize(look), source, test), psnr: psnrOf(look, test) };
    const greyOptions = { source, training, test: { on: "lattice", samples: test } };
    const repair = repairGreys(look, greyOptions);
    return {
      before,
      repair,
      psnr: psnrOf(repair.look, test),
      again: repairGreys(look, greyOptions),
    };
  };
  const psnrOf = (
    look: Parameters<typeof synthesize>[0],
    samples: ReturnType<typeof latticeSamples>,
  ): number => measureLook(look, [{ samples }], "lattice").psnr ?? Number.POSITIVE_INFINITY;

  it("takes the tint away from a monochrome look for less than 0.1 dB, to the same bits each time", async () => {
    const { before, repair, psnr, again } = await fitted(monochrome, 32);
    expect(before.greys.tint).toBeGreaterThan(1);
    expect(repair.repaired).toBe(true);
    expect(repair.greys.tint).toBeLessThan(0.01);
    expect(psnr).toBeGreaterThan(before.psnr - 0.1);
    expect(again.look.parameters).toEqual(repair.look.parameters);
  });

  it("makes the ramp rise where its source does for less than 0.1 dB", async () => {
    const { before, repair, psnr } = await fitted(harsh, 32);
    expect(before.greys.fall).toBeGreaterThan(0.5);
    expect(repair.repaired).toBe(true);
    expect(repair.greys.fall).toBeLessThan(before.greys.fall);
    expect(psnr).toBeGreaterThan(before.psnr - 0.1);
  });

  it("leaves no fall of 0.25 codes where the source rises, for less than 0.5 dB, of curves that rise and fall", async () => {
    const seed = 7;
    const falls: number[] = [];
    for (let nth = 0; nth < 3; nth++) {
      const lut = wavyLut(new RandomStream({ seed, step: nth, purpose: "wavy LUT" }));
      const training = sampleLut(lut, { seed: 0, count: 2 ** 15 });
      const test = latticeSamples(lut);
      const { look } = await fitLook([{ samples: training }], {
        quality: "draft",
        size: 120,
        source: "cube",
      });
      const source = greySourceOfLut(lut, test);
      falls.push(measureGreys(synthesize(look), source, test).fall);
      const repair = repairGreys(look, { source, training, test: { on: "lattice", samples: test } });
      expect(repair.greys.fall, `seed ${seed}, LUT ${nth}`).toBeLessThanOrEqual(0.25);
      expect(psnrOf(repair.look, test)).toBeGreaterThan(psnrOf(look, test) - 0.5);
    }
    // Enough to repair.
    expect(falls.filter((fall) => fall > 1).length).toBeGreaterThanOrEqual(1);
  });

  it("takes more steps where few cost too much", async () => {
    // Of the first eleven such LUTs this and another need them.
    const lut = wavyLut(new RandomStream({ seed: 1, step: 4, purpose: "wavy LUT" }));
    const training = sampleLut(lut, { seed: 0, count: 2 ** 15 });
    const test = latticeSamples(lut);
    const { look } = await fitLook([{ samples: training }], {
      quality: "normal",
      size: 200,
      source: "cube",
    });
    const source = greySourceOfLut(lut, test);
    expect(measureGreys(synthesize(look), source, test).fall).toBeGreaterThan(5);
    const repair = repairGreys(look, { source, training, test: { on: "lattice", samples: test } });
    expect(repair.greys.fall).toBeLessThanOrEqual(0.25);
    expect(psnrOf(repair.look, test)).toBeGreaterThan(psnrOf(look, test) - 0.5);
  });

  it("puts right the greys of one style, and leaves the others and the error of the whole as they are", async () => {
    const [training, other] = [monochrome, harsh].map((lut) => sampleLut(lut, { seed: 0, count: 2 ** 15 }));
    const samples = latticeSamples(monochrome);
    const examples = [
      { style: "harsh", samples: other as ColourSamples },
      { style: "grey", samples: training as ColourSamples },
    ];
    const { look } = await fitLook(examples, {
      ...{ channels: 24, hidden: 1, steps: 300, batch: 512, source: "recipe" },
      styles: [{ name: "harsh" }, { name: "grey" }],
      test: { on: "lattice", examples },
    });
    const source = greySourceOfLut(monochrome, samples);
    const options = { source, training: training as ColourSamples, test: { on: "lattice", samples } };
    const tint = (one: Look): number | null =>
      measureGreys(synthesize(one, {}, "grey"), source, samples).tint;
    expect(tint(look)).toBeGreaterThan(1);
    const repair = repairGreys(look, { ...options, style: "grey" });
    expect(repair.repaired).toBe(true);
    expect(tint(repair.look)).toBeLessThan(0.01);
    expect(synthesize(repair.look, {}, "harsh")).toEqual(synthesize(look, {}, "harsh"));
    expect(repair.look.schema.error).toEqual(look.schema.error);
    expect(() => repairGreys(look, { ...options, style: "gray" })).toThrow("Did you mean grey?");
  });

  it("never costs 0.5 dB, nor makes greys worse, whatever the network", async () => {
    for (const [lut, channels, hidden] of [
      [monochrome, 8, 2],
      [monochrome, 3, 1],
      [monochrome, 1, 0],
      [harsh, 8, 2],
    ] as const) {
      const { before, repair, psnr } = await fitted(lut, channels, hidden);
      expect(psnr).toBeGreaterThan(before.psnr - 0.5);
      expect(repair.greys.fall + (repair.greys.tint ?? 0)).toBeLessThanOrEqual(
        before.greys.fall + (before.greys.tint ?? 0) + 0.6,
      );
      if (!repair.repaired) expect(psnr).toBe(before.psnr);
    }
  });
});
