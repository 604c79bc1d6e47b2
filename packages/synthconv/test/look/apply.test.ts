import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError, ValueError } from "../../src/core/errors.js";
import type { PixelNetwork } from "../../src/kernels/index.js";
import {
  applyNetwork,
  applyNetworkToPlanes,
  isIdentity,
  type PixelData,
  synthesize,
  withStrength,
} from "../../src/look/index.js";
import { lookOf, schemaOf } from "./look-samples.js";

const network = synthesize(lookOf());

/** What one colour (0 to 1) should become, in float64. */
function expected(
  [r, g, b]: readonly [number, number, number],
  { layers, residual }: PixelNetwork,
  strength: number,
): number[] {
  let values: number[] = [r, g, b];
  for (const { inputs, outputs, weight, bias, activation } of layers) {
    const before = values;
    values = Array.from({ length: outputs }, (_, to) => {
      let sum = (bias?.[to] as number) ?? 0;
      for (let from = 0; from < inputs; from++)
        sum += (weight[to * inputs + from] as number) * (before[from] as number);
      return activation === "relu" ? Math.max(0, sum) : sum;
    });
  }
  return [r, g, b].map((input, channel) => {
    const output = (values[channel] as number) + (residual ? input : 0);
    return input + strength * (output - input);
  });
}

describe("applyNetwork", () => {
  it.each([
    ["8 bits", new Uint8Array([0, 128, 255, 17, 200, 3]), 255],
    ["16 bits", new Uint16Array([0, 32768, 65535, 17, 50_000, 3]), 65_535],
  ] as const)("rounds to the nearest of %s and clamps", (_, pixels, top) => {
    for (const strength of [1, 0.5]) {
      const applied = pixels.slice();
      applyNetwork(network, applied, { channels: 3, strength });
      for (let pixel = 0; pixel < 2; pixel++) {
        const colour = [0, 1, 2].map((channel) => (pixels[3 * pixel + channel] as number) / top);
        expected(colour as [number, number, number], network, strength).forEach((value, channel) => {
          const exact = Math.min(Math.max(value * top, 0), top);
          // Half a level, and what float32 loses at 16 bits.
          expect(Math.abs((applied[3 * pixel + channel] as number) - exact)).toBeLessThan(0.52);
        });
      }
    }
  });

  it("gives the pixels of a canvas, which round when they are stored, the values of plain bytes", () => {
    const bytes = Uint8Array.from({ length: 3 * 256 }, (_, i) => (i * 29) % 256);
    const canvas = Uint8ClampedArray.from(bytes);
    applyNetwork(network, bytes, { channels: 3 });
    applyNetwork(network, canvas, { channels: 3 });
    expect([...canvas]).toEqual([...bytes]);
  });

  it("leaves floats as the network gives them, also outside 0 to 1", () => {
    const doubling: PixelNetwork = {
      layers: [
        {
          inputs: 3,
          outputs: 3,
          weight: new Float32Array([2, 0, 0, 0, 2, 0, 0, 0, 2]),
          bias: undefined,
          activation: "none",
        },
      ],
      residual: false,
    };
    const pixels = new Float32Array([0.75, -0.25, 0.5]);
    applyNetwork(doubling, pixels, { channels: 3 });
    expect([...pixels]).toEqual([1.5, -0.5, 1]);
    applyNetwork(doubling, pixels, { channels: 3, strength: 0.5 });
    expect([...pixels]).toEqual([2.25, -0.75, 1.5]);
  });

  it("leaves alpha untouched and gives RGBA the colours of RGB", () => {
    const rgb = Uint8Array.from({ length: 3 * 500 }, (_, i) => (i * 37) % 256);
    const rgba = new Uint8Array(4 * 500);
    for (let i = 0; i < 500; i++) rgba.set([...rgb.subarray(3 * i, 3 * i + 3), i % 256], 4 * i);
    applyNetwork(network, rgb, { channels: 3 });
    applyNetwork(network, rgba, { channels: 4 });
    for (let i = 0; i < 500; i++) {
      expect([...rgba.subarray(4 * i, 4 * i + 4)]).toEqual([...rgb.subarray(3 * i, 3 * i + 3), i % 256]);
    }
  });

  it("does not depend on where an image is cut into chunks", () => {
    const pixels = Uint8Array.from({ length: 3 * 40_001 }, (_, i) => (i * 101) % 256);
    const parts = [pixels.slice(0, 3 * 7), pixels.slice(3 * 7, 3 * 20_000), pixels.slice(3 * 20_000)];
    applyNetwork(network, pixels, { channels: 3 });
    for (const part of parts) applyNetwork(network, part, { channels: 3 });
    expect(Buffer.concat(parts).equals(Buffer.from(pixels))).toBe(true);
  });

  it("returns every pixel bit for bit at strength 0 and for an identity look", () => {
    const { layers } = network;
    const last = layers.at(-1) as PixelNetwork["layers"][number];
    const silent = { ...last, weight: last.weight.map(() => 0), bias: new Float32Array(3) };
    const identity: PixelNetwork = { layers: [...layers.slice(0, -1), silent], residual: true };
    const plain: PixelNetwork = { layers, residual: false };
    expect(isIdentity(identity)).toBe(true);
    expect(isIdentity(network)).toBe(false);
    const all: PixelData[] = [
      Uint8Array.from({ length: 3 * 256 }, (_, i) => i % 256),
      Uint16Array.from({ length: 3 * 65_536 }, (_, i) => i % 65_536),
      Float32Array.from([0.1, -2, 3e8]),
    ];
    for (const pixels of all) {
      for (const [which, strength] of [
        [identity, 1],
        [network, 0],
        [plain, 0],
      ] as const) {
        const applied = pixels.slice();
        applyNetwork(which, applied, { channels: 3, strength });
        expect(applied).toEqual(pixels);
      }
    }
  });

  it("keeps a NaN pixel from its neighbours", () => {
    const pixels = new Float32Array([0.5, 0.5, 0.5, Number.NaN, 0.5, 0.5, 0.5, 0.5, 0.5]);
    applyNetwork(network, pixels, { channels: 3 });
    expect(Number.isFinite(pixels[0]) && Number.isFinite(pixels[6])).toBe(true);
    expect(pixels.slice(0, 3)).toEqual(pixels.slice(6));
  });

  it("agrees for any activation and depth with a plain calculation", () => {
    fc.assert(
      fc.property(
        fc.constantFrom([3, 3], [3, 5, 3], [3, 4, 4, 3]),
        fc.boolean(),
        fc.nat(1000),
        (channels, residual, seed) => {
          const any = synthesize(
            lookOf(schemaOf({ network: { channels, activation: "relu", residual } }), seed),
          );
          const colour: [number, number, number] = [0.2, 0.4, 0.9];
          const pixels = Float32Array.from(colour);
          applyNetwork(any, pixels, { channels: 3, strength: 0.75 });
          expected(colour, any, 0.75).forEach((value, channel) => {
            expect(Math.abs((pixels[channel] as number) - value)).toBeLessThan(1e-5);
          });
        },
      ),
    );
  });

  it("blends at a strength a residual network that ends in an activation, which cannot be scaled", () => {
    const ending: PixelNetwork = {
      layers: network.layers.map((layer, index) =>
        index === network.layers.length - 1 ? { ...layer, activation: "sigmoid" } : layer,
      ),
      residual: true,
    };
    expect(withStrength(ending, 0.5).share).toBe(0.5);
    const whole = Float32Array.of(0.2, 0.4, 0.9);
    const half = whole.slice();
    const before = whole.slice();
    applyNetwork(ending, whole, { channels: 3 });
    applyNetwork(ending, half, { channels: 3, strength: 0.5 });
    before.forEach((value, i) => {
      expect(half[i]).toBeCloseTo((value + (whole[i] as number)) / 2, 6);
    });
  });

  it("takes no network for an identity whose last layer makes halves of zeros", () => {
    const weight = new Float32Array(9);
    const last = { inputs: 3, outputs: 3, weight, bias: undefined } as const;
    expect(isIdentity({ layers: [{ ...last, activation: "tanh" }], residual: true })).toBe(true);
    expect(isIdentity({ layers: [{ ...last, activation: "sigmoid" }], residual: true })).toBe(false);
    expect(isIdentity({ layers: [{ ...last, activation: "none" }], residual: false })).toBe(false);
  });

  it("dithers bytes by the place of a pixel in rows of the width given", () => {
    const pixels = new Uint8Array(3 * 64 * 64).fill(100);
    const rounded = pixels.slice();
    applyNetwork(network, pixels, { channels: 3, strength: 0.1, dither: { width: 64 } });
    applyNetwork(network, rounded, { channels: 3, strength: 0.1 });
    const exact = expected([100 / 255, 100 / 255, 100 / 255], network, 0.1).map((value) => 255 * value);
    exact.forEach((value, channel) => {
      const all = pixels.filter((_, i) => i % 3 === channel);
      const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
      expect(Math.abs(mean - value)).toBeLessThan(1 / 128 + 1e-4);
      expect(rounded[channel]).toBe(Math.round(value));
    });
  });

  it("gives planes what it gives interleaved floats, with a residual and without", () => {
    const colours = Float32Array.from({ length: 3 * 50 }, (_, i) => ((i * 37) % 100) / 100);
    for (const residual of [true, false]) {
      for (const strength of [1, 0.3]) {
        const which = { ...network, residual };
        const interleaved = new Float32Array(3 * 50);
        for (let i = 0; i < 150; i++) interleaved[3 * (i % 50) + Math.floor(i / 50)] = colours[i] as number;
        applyNetwork(which, interleaved, { channels: 3, strength });
        const output = new Float32Array(3 * 50);
        applyNetworkToPlanes(which, colours, output, strength);
        output.forEach((value, i) => {
          const other = interleaved[3 * (i % 50) + Math.floor(i / 50)] as number;
          expect(Math.abs(value - other)).toBeLessThan(1e-6);
        });
      }
    }
    expect(() => applyNetworkToPlanes(network, colours.subarray(1), colours)).toThrow(ValueError);
    expect(() => applyNetworkToPlanes(network, colours, new Float32Array(3))).toThrow(ShapeError);
  });

  it("refuses half a pixel and a strength outside 0 to 1", () => {
    expect(() => applyNetwork(network, new Uint8Array(7), { channels: 3 })).toThrow(ShapeError);
    expect(() => applyNetwork(network, new Uint8Array(7), { channels: 3 })).toThrow(
      "applyNetwork: expected a whole number of pixels of 3 values, received 7 values",
    );
    for (const strength of [-0.1, 1.5, Number.NaN]) {
      expect(() => applyNetwork(network, new Uint8Array(3), { channels: 3, strength })).toThrow(ValueError);
    }
  });
});
