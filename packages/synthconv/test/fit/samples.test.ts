import { describe, expect, it } from "vitest";
import { identityCube } from "../../src/colour/index.js";
import { ShapeError } from "../../src/core/errors.js";
import { ColourBatches } from "../../src/fit/batches.js";
import { fingerprintOf } from "../../src/fit/fingerprint.js";
import { hingeWeights } from "../../src/fit/hinges.js";
import {
  type ColourSamples,
  concatSamples,
  latticeSamples,
  sampleLut,
  samplePair,
} from "../../src/fit/index.js";
import { sampleCount } from "../../src/fit/samples.js";
import type { PixelView } from "../../src/pairs/index.js";

/** A photo whose red tells the pixel: red + 256 green is its index. */
function numbered(width: number, height: number): PixelView {
  const data = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++)
    data.set([pixel % 256, Math.floor(pixel / 256)], 3 * pixel);
  return { width, height, channels: 3, data };
}

function indices({ input }: ColourSamples): number[] {
  const count = input.length / 3;
  return Array.from({ length: count }, (_, i) =>
    Math.round(255 * (input[i] as number) + 256 * 255 * (input[count + i] as number)),
  );
}

describe("samplePair", () => {
  const photo = numbered(160, 100);

  it("gives every pixel to training or to the test, and never both", () => {
    const { training, heldOut } = samplePair(photo, photo, { seed: 1 });
    const all = [...indices(training), ...indices(heldOut)].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 16_000 }, (_, i) => i));
    expect(sampleCount(heldOut) / 16_000).toBeGreaterThan(0.02);
    expect(sampleCount(heldOut) / 16_000).toBeLessThan(0.25);
  });

  it("holds out whole blocks of 16 x 16", () => {
    const heldOut = new Set(indices(samplePair(photo, photo, { seed: 1 }).heldOut));
    for (let row = 0; row < 96; row += 16) {
      for (let column = 0; column < 160; column += 16) {
        const inBlock = [0, 5, 15].flatMap((y) =>
          [0, 7, 15].map((x) => heldOut.has((row + y) * 160 + column + x)),
        );
        expect(new Set(inBlock).size).toBe(1);
      }
    }
  });

  it("spreads a limited number of samples over the photo and pairs before with after", () => {
    const after = { ...photo, data: photo.data.map((value) => 255 - value) };
    const { training, heldOut } = samplePair(photo, after, { seed: 1, limit: 1000 });
    expect(sampleCount(training) + sampleCount(heldOut)).toBe(1000);
    const sorted = [...indices(training), ...indices(heldOut)].sort((a, b) => a - b);
    sorted.forEach((pixel, nth) => {
      expect(Math.floor(pixel / 16)).toBe(nth);
    });
    training.input.forEach((value, i) => {
      expect(value + (training.target[i] as number)).toBeCloseTo(1, 6);
    });
  });

  describe("with transparency", () => {
    /** The numbered photo with an alpha per pixel, 0 to 1. */
    function veiled(alphaOf: (pixel: number) => number): PixelView {
      const data = new Float32Array(4 * 16_000);
      for (let pixel = 0; pixel < 16_000; pixel++) {
        data.set([(pixel % 256) / 255, Math.floor(pixel / 256) / 255, 0, alphaOf(pixel)], 4 * pixel);
      }
      return { width: 160, height: 100, channels: 4, data };
    }
    const all = (split: { training: ColourSamples; heldOut: ColourSamples }): number[] =>
      [...indices(split.training), ...indices(split.heldOut)].sort((a, b) => a - b);

    it("takes the same pixels as without where all are opaque", () => {
      const opaque = samplePair(
        veiled(() => 1),
        photo,
        { seed: 1, limit: 1000 },
      );
      expect(all(opaque)).toEqual(all(samplePair(photo, photo, { seed: 1, limit: 1000 })));
    });

    it("leaves out what is invisible before or after", () => {
      const top = veiled((pixel) => (pixel < 8000 ? 0 : 1));
      const left = veiled((pixel) => (pixel % 160 < 80 ? 0 : 1));
      for (const [before, after] of [
        [top, left],
        [left, top],
      ] as const) {
        const taken = all(samplePair(before, after, { seed: 1 }));
        expect(taken.length).toBe(4000);
        expect(taken.every((pixel) => pixel >= 8000 && pixel % 160 >= 80)).toBe(true);
      }
      expect(all(samplePair(top, photo, { seed: 1 })).length).toBe(8000);
      expect(all(samplePair(photo, top, { seed: 1 })).length).toBe(8000);
    });

    it("counts a pixel by its alpha before times its alpha after", () => {
      const half = veiled((pixel) => (pixel < 8000 ? 0.5 : 1));
      const taken = all(samplePair(half, half, { seed: 1, limit: 2000 }));
      expect(taken.length).toBe(2000);
      const faint = taken.filter((pixel) => pixel < 8000).length;
      expect(faint).toBeGreaterThan(395);
      expect(faint).toBeLessThan(405);
    });

    it("refuses photos of which nothing is visible", () => {
      const none = veiled(() => 0);
      expect(() => samplePair(none, photo, { seed: 1 })).toThrow(
        "pair: expected photos with visible pixels, received none that is visible before and after: all are transparent",
      );
    });
  });

  it("reads 16 bits", () => {
    const view: PixelView = {
      width: 1,
      height: 1,
      channels: 4,
      data: new Uint16Array([65_535, 0, 13_107, 9]),
    };
    const { training } = samplePair(view, view, { seed: 0 });
    expect([...training.input].map((value) => value.toFixed(6))).toEqual([
      "1.000000",
      "0.000000",
      "0.200000",
    ]);
  });

  it("uses all of a photo that is too small to be split", () => {
    const tiny = numbered(3, 1);
    const { training, heldOut } = samplePair(tiny, tiny, { seed: 1 });
    expect(indices(training)).toEqual([0, 1, 2]);
    expect(indices(heldOut)).toEqual([0, 1, 2]);
  });

  it("refuses photos of different sizes with both sizes", () => {
    expect(() => samplePair(photo, numbered(100, 160), { seed: 1 })).toThrow(ShapeError);
    expect(() => samplePair(photo, numbered(100, 160), { seed: 1 })).toThrow(
      "pair: expected two photos of the same size, received 160 x 100 before and 100 x 160 after. Export the edited photo without crop, rotation or resize.",
    );
  });
});

describe("LUT samples", () => {
  const lut = { stages: [identityCube(5)] };

  it("are random colours of the domain with what the LUT makes of them", () => {
    const { input, target } = sampleLut(lut, { seed: 1, count: 300 });
    expect(target).toEqual(input);
    const mean = input.reduce((sum, value) => sum + value, 0) / input.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });

  it("of the lattice are every node, red fastest", () => {
    const { input, target } = latticeSamples(lut);
    expect(input.length).toBe(3 * 125);
    expect([...input.subarray(0, 6)]).toEqual([0, 0.25, 0.5, 0.75, 1, 0]);
    expect([...input.subarray(250, 256)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(target).toEqual(input);
  });
});

describe("concatSamples", () => {
  it("joins planes", () => {
    const part = (start: number): ColourSamples => {
      const planes = Float32Array.from({ length: 6 }, (_, i) => start + i);
      return { input: planes, target: planes.map((value) => -value) };
    };
    expect([...concatSamples([part(0), part(10)]).input]).toEqual([0, 1, 10, 11, 2, 3, 12, 13, 4, 5, 14, 15]);
  });
});

describe("ColourBatches", () => {
  it("holds every colour once, in another order for another seed, and fills the last batch up", () => {
    const input = Float32Array.from({ length: 30 }, (_, i) => i % 10);
    const order = (seed: number): number[] => {
      const batches = new ColourBatches({ input, target: input }, { size: 4, seed, name: "x" });
      expect([batches.size, batches.count]).toEqual([4, 3]);
      return [0, 1, 2].flatMap((batch) => {
        const { input: planes, target } = batches.at(batch);
        expect(target).toEqual(planes);
        expect(planes.subarray(4, 8)).toEqual(planes.subarray(0, 4));
        return [...planes.subarray(0, 4)];
      });
    };
    const first = order(1);
    expect([...first.slice(0, 10)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(first.slice(10)).toEqual(first.slice(0, 2));
    expect(order(1)).toEqual(first);
    expect(order(2)).not.toEqual(first);
  });
});

describe("hingeWeights", () => {
  const samples = sampleLut({ stages: [identityCube(2)] }, { seed: 3, count: 500 });

  it("lays every first hinge, a unit direction, through a training colour and starts as the identity", () => {
    const weights = hingeWeights([3, 16, 3], [samples], 4);
    const colours = Array.from({ length: 500 }, (_, i) =>
      [0, 500, 1000].map((plane) => samples.input[plane + i] as number),
    );
    for (let unit = 0; unit < 16; unit++) {
      const direction = [...weights.subarray(3 * unit, 3 * unit + 3)];
      expect(Math.hypot(...direction)).toBeCloseTo(1, 5);
      const bias = weights[48 + unit] as number;
      const nearest = Math.min(
        ...colours.map((colour) =>
          Math.abs(direction.reduce((sum, w, c) => sum + w * (colour[c] as number), bias)),
        ),
      );
      expect(nearest).toBeLessThan(1e-6);
    }
    expect(weights.subarray(64).every((value) => value === 0)).toBe(true);
    expect(weights.length).toBe(115);
  });

  it("scales inner layers by their fan-in", () => {
    const weights = hingeWeights([3, 64, 64, 3], [samples], 4);
    const inner = weights.subarray(256, 256 + 4096);
    const variance = inner.reduce((sum, value) => sum + value * value, 0) / 4096;
    expect(Math.abs(variance * 32 - 1)).toBeLessThan(0.1);
  });
});

describe("fingerprintOf", () => {
  it("tells data apart by any bit", () => {
    const data = Float32Array.from([1, 2, 3]);
    expect(fingerprintOf([data])).toBe(fingerprintOf([data.slice()]));
    expect(fingerprintOf([data])).not.toBe(fingerprintOf([Float32Array.from([1, 2, 3.0000002])]));
    expect(fingerprintOf([Float32Array.from([0])])).not.toBe(fingerprintOf([Float32Array.from([-0])]));
  });
});
