import { afterEach, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import {
  applyPixelNetwork,
  availableBackends,
  type PixelNetwork,
  readPlanes,
  setBackend,
  writePlanes,
} from "../../../src/kernels/index.js";

afterEach(() => setBackend(undefined));

/** Every pixel becomes this many levels of 255. */
function levelOf(level: number): PixelNetwork {
  const layer = { inputs: 3, outputs: 3, weight: new Float32Array(9) };
  return {
    layers: [
      { ...layer, bias: undefined, activation: "relu" },
      { ...layer, bias: new Float32Array(3).fill(level / 255), activation: "none" },
    ],
    residual: false,
  };
}

function dithered(level: number, width: number, height: number, channels: 3 | 4 = 3): Uint8Array {
  const pixels = new Uint8Array(channels * width * height);
  applyPixelNetwork({ network: levelOf(level), pixels, channels, dither: { width } });
  return pixels;
}

describe.each(availableBackends())("ordered dither on the %s backend", (backend) => {
  it("keeps the mean of an even area to 1/128 of a level", () => {
    setBackend(backend);
    for (const level of [0.1, 0.5, 17.25, 99.9, 100.01, 254.7]) {
      const pixels = dithered(level, 64, 64);
      const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
      expect(Math.abs(mean - level)).toBeLessThan(1 / 128 + 1e-4);
      expect(new Set(pixels)).toEqual(new Set([Math.floor(level), Math.ceil(level)]));
    }
  });

  it("leaves whole levels and the ends of the range as they are", () => {
    setBackend(backend);
    for (let level = 0; level <= 255; level++) {
      expect(new Set(dithered(level, 16, 16))).toEqual(new Set([level]));
    }
    expect(new Set(dithered(-3.5, 16, 16))).toEqual(new Set([0]));
    expect(new Set(dithered(300.5, 16, 16))).toEqual(new Set([255]));
  });

  it("gives the channels of a pixel one threshold, so that greys stay grey, and alpha none", () => {
    setBackend(backend);
    const pixels = dithered(80.4, 33, 9, 4);
    for (let i = 0; i < pixels.length; i += 4) {
      expect([pixels[i + 1], pixels[i + 2], pixels[i + 3]]).toEqual([pixels[i], pixels[i], 0]);
    }
  });

  it("goes by column and row: the rank of Bayer's matrix, repeated every 8 pixels", () => {
    setBackend(backend);
    // Bayer 1973, the matrix of order 8, as published tables print it.
    const rows = [
      [0, 32, 8, 40, 2, 34, 10, 42],
      [48, 16, 56, 24, 50, 18, 58, 26],
      [12, 44, 4, 36, 14, 46, 6, 38],
      [60, 28, 52, 20, 62, 30, 54, 22],
      [3, 35, 11, 43, 1, 33, 9, 41],
      [51, 19, 59, 27, 49, 17, 57, 25],
      [15, 47, 7, 39, 13, 45, 5, 37],
      [63, 31, 55, 23, 61, 29, 53, 21],
    ];
    const [width, height] = [21, 17];
    for (const rank of [0, 20, 40, 63]) {
      // Just what the thresholds from `rank` on lift to the next level.
      const pixels = dithered(10 + 1 - (rank + 0.25) / 64, width, height);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const isLifted = (rows[y % 8]?.[x % 8] as number) >= rank;
          expect([x, y, pixels[3 * (y * width + x)]]).toEqual([x, y, isLifted ? 11 : 10]);
        }
      }
    }
  });

  it("is the same whatever the width, the ranges and the chunks", () => {
    setBackend(backend);
    const network = levelOf(41.37);
    for (const width of [1, 2, 5, 8, 13, 2048, 2051, 2 ** 31 - 1]) {
      const whole = new Uint8Array(3 * 5000);
      applyPixelNetwork({ network, pixels: whole, channels: 3, dither: { width } });
      const parts = new Uint8Array(3 * 5000);
      for (const [first, end] of [
        [0, 7],
        [7, 2060],
        [2060, 5000],
      ] as const) {
        applyPixelNetwork({ network, pixels: parts, channels: 3, dither: { width }, first, end });
      }
      expect(parts).toEqual(whole);
      setBackend("reference");
      const reference = new Uint8Array(3 * 5000);
      applyPixelNetwork({ network, pixels: reference, channels: 3, dither: { width } });
      setBackend(backend);
      expect(whole).toEqual(reference);
    }
  });
});

it("planes are written with the same thresholds", () => {
  const planes = normalNumbers(3 * 60, "planes").map((value) => 0.5 + 0.1 * value);
  const pixels = new Uint8Array(4 * 80).fill(3);
  writePlanes({ pixels, channels: 4, first: 20, dither: { width: 9 } }, planes);
  expect(pixels.subarray(0, 80).every((value) => value === 3)).toBe(true);
  const back = new Float32Array(3 * 60);
  readPlanes({ pixels, channels: 4, first: 20 }, back);
  back.forEach((value, i) => {
    expect(Math.abs(value - (planes[i] as number))).toBeLessThan(1 / 255);
  });
});
