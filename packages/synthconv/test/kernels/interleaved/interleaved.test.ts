import { afterEach, describe, expect, it } from "vitest";
import { RandomStream } from "../../../src/core/index.js";
import {
  applyPixelNetwork,
  availableBackends,
  type PixelData,
  type PixelNetwork,
  setBackend,
} from "../../../src/kernels/index.js";
import { randomNetwork } from "../pixel-network/cases.js";

const layouts = {
  "8 bits": (length: number) => new Uint8Array(length),
  "8 bits of a canvas": (length: number) => new Uint8ClampedArray(length),
  "16 bits": (length: number) => new Uint16Array(length),
  floats: (length: number) => new Float32Array(length),
} satisfies Record<string, (length: number) => PixelData>;
type Layout = keyof typeof layouts;
const layoutNames = Object.keys(layouts) as Layout[];
const wholeLayouts = layoutNames.filter((name) => name !== "floats");

afterEach(() => setBackend(undefined));

function topOf(pixels: PixelData): number {
  if (pixels instanceof Float32Array) return 1;
  return pixels instanceof Uint16Array ? 65_535 : 255;
}

function randomPixels(layout: Layout, count: number, channels: 3 | 4): PixelData {
  const random = new RandomStream({ seed: 5, purpose: layout });
  const pixels = layouts[layout](count * channels);
  const top = topOf(pixels);
  for (let i = 0; i < pixels.length; i++) {
    const value = random.uniform() * top;
    pixels[i] = top === 1 ? value : Math.floor(value);
  }
  return pixels;
}

/** Outputs near the middle of the range, so that most are not clamped. */
function tamed({ layers, residual }: PixelNetwork): PixelNetwork {
  return {
    residual,
    layers: layers.map((layer, index) =>
      index < layers.length - 1
        ? layer
        : {
            ...layer,
            weight: layer.weight.map((value) => value * 0.2),
            bias: layer.bias?.map((value) => 0.3 + 0.2 * value),
          },
    ),
  };
}

/** A network that gives back what it gets, through its weights. */
const identity: PixelNetwork = {
  layers: [
    {
      inputs: 3,
      outputs: 3,
      weight: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      bias: undefined,
      activation: "relu",
    },
    {
      inputs: 3,
      outputs: 3,
      weight: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      bias: undefined,
      activation: "none",
    },
  ],
  residual: false,
};

describe.each(availableBackends())("a network on pixels, on the %s backend", (backend) => {
  it.each(wholeLayouts)("gives back every level of %s through an identity", (layout) => {
    setBackend(backend);
    for (const channels of [3, 4] as const) {
      const top = topOf(layouts[layout](0));
      const pixels = layouts[layout](channels * (top + 1));
      for (let i = 0; i < pixels.length; i++) pixels[i] = (Math.floor(i / channels) + i * 77) % (top + 1);
      const applied = pixels.slice();
      applyPixelNetwork({ network: identity, pixels: applied, channels });
      expect(Buffer.compare(Buffer.from(applied.buffer), Buffer.from(pixels.buffer))).toBe(0);
    }
  });

  it.each([
    ["8 bits", 255],
    ["16 bits", 65_535],
  ] as const)("hands every level of %s to the network as the nearest float32", (layout, top) => {
    setBackend(backend);
    // The hidden units subtract the float32 nearest to level / top; 2^30 makes levels of the smallest difference.
    for (let level = 1; level <= top; level += top === 255 ? 1 : 13) {
      const nearest = Math.fround(level / top);
      const network = differenceFrom(nearest);
      const pixels = layouts[layout](3).fill(level);
      applyPixelNetwork({ network, pixels, channels: 3 });
      expect([level, ...pixels]).toEqual([level, 0, 0, 0]);
    }
  });

  it.each(layoutNames)("works on a range of %s and leaves the rest", (layout) => {
    setBackend(backend);
    const network = tamed(randomNetwork({ channels: [3, 16, 3], activation: "relu" }));
    for (const channels of [3, 4] as const) {
      const pixels = randomPixels(layout, 5000, channels);
      const whole = pixels.slice();
      applyPixelNetwork({ network, pixels: whole, channels });
      const parts = pixels.slice();
      const cuts = [0, 1, 6, 6, 2055, 4999, 5000];
      for (let i = cuts.length - 2; i >= 0; i--) {
        const [first, end] = [cuts[i] as number, cuts[i + 1] as number];
        applyPixelNetwork({ network, pixels: parts, channels, first, end });
        expect(parts.subarray(0, first * channels)).toEqual(pixels.subarray(0, first * channels));
      }
      expect(parts).toEqual(whole);
    }
  });

  it("clamps what lies outside the range, Infinity and all, and makes 0 of NaN", () => {
    setBackend(backend);
    const outputs = [4, -1, 1e30, -1e30, 3e38, Number.POSITIVE_INFINITY, Number.NaN];
    const expected = [1, 0, 1, 0, 1, 1, 0];
    for (const [index, output] of outputs.entries()) {
      const network = biasOf(output);
      for (const [layout, top] of [
        ["8 bits", 255],
        ["16 bits", 65_535],
      ] as const) {
        const pixels = layouts[layout](12).fill(7);
        applyPixelNetwork({ network, pixels, channels: 4 });
        const value = (expected[index] as number) * top;
        expect([output, ...pixels]).toEqual([
          output,
          ...Array.from({ length: 3 }, () => [value, value, value, 7]).flat(),
        ]);
      }
    }
  });

  it("keeps a NaN or an infinity of floats from the pixels beside it", () => {
    setBackend(backend);
    const network = tamed(randomNetwork({ channels: [3, 16, 3], activation: "relu" }));
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -3e38]) {
      const clean = randomPixels("floats", 21, 4) as Float32Array;
      const pixels = clean.slice();
      pixels[4 * 10 + 1] = odd;
      applyPixelNetwork({ network, pixels, channels: 4 });
      applyPixelNetwork({ network, pixels: clean, channels: 4 });
      for (let pixel = 0; pixel < 21; pixel++) {
        if (pixel === 10) continue;
        expect(pixels.subarray(4 * pixel, 4 * pixel + 4)).toEqual(clean.subarray(4 * pixel, 4 * pixel + 4));
      }
      if (Number.isNaN(odd)) expect(pixels.subarray(40, 43).every(Number.isNaN)).toBe(true);
    }
  });

  it("works on a part of a buffer that starts at an odd byte, and in shared memory", () => {
    setBackend(backend);
    const network = tamed(randomNetwork({ channels: [3, 16, 3], activation: "relu" }));
    const pixels = randomPixels("8 bits", 100, 3) as Uint8Array;
    const buffer = new Uint8Array(400).fill(9);
    buffer.set(pixels, 33);
    const shared = new Uint8Array(new SharedArrayBuffer(300));
    shared.set(pixels);
    applyPixelNetwork({ network, pixels: buffer.subarray(33, 333), channels: 3 });
    applyPixelNetwork({ network, pixels: shared, channels: 3 });
    applyPixelNetwork({ network, pixels, channels: 3 });
    expect(buffer.subarray(33, 333)).toEqual(pixels);
    expect(Uint8Array.from(shared)).toEqual(pixels);
    expect([...buffer.subarray(0, 33), ...buffer.subarray(333)].every((byte) => byte === 9)).toBe(true);
  });
});

/** y = 2^30 |x - value| in every channel. */
function differenceFrom(value: number): PixelNetwork {
  const weight = Float32Array.from({ length: 18 }, (_, i) => {
    const [unit, channel] = [Math.floor(i / 3), i % 3];
    return unit % 3 === channel ? (unit < 3 ? 1 : -1) : 0;
  });
  const bias = Float32Array.from({ length: 6 }, (_, unit) => (unit < 3 ? -value : value));
  const last = Float32Array.from({ length: 18 }, (_, i) => ((i % 6) % 3 === Math.floor(i / 6) ? 2 ** 30 : 0));
  return {
    layers: [
      { inputs: 3, outputs: 6, weight, bias, activation: "relu" },
      { inputs: 6, outputs: 3, weight: last, bias: undefined, activation: "none" },
    ],
    residual: false,
  };
}

/** The same output for every pixel. */
function biasOf(value: number): PixelNetwork {
  const layer = { inputs: 3, outputs: 3, weight: new Float32Array(9) };
  return {
    layers: [
      { ...layer, bias: undefined, activation: "relu" },
      { ...layer, bias: new Float32Array(3).fill(value), activation: "none" },
    ],
    residual: false,
  };
}
