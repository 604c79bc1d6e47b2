/** Kernel memory holds tiles: it does not grow with the image, and images may be larger than it could ever be. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { randomCube } from "../../../../../test-support/luts.js";
import { tensor, zeros } from "../../../src/autograd/index.js";
import { ValueError } from "../../../src/core/index.js";
import { kernelFloats, kernelMemory } from "../../../src/kernels/base/memory.js";
import {
  addProduct,
  applyLut,
  applyPixelNetwork,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  setBackend,
} from "../../../src/kernels/index.js";
import { prepare } from "../../../src/kernels/lut/implementations.js";
import { conv2d } from "../../../src/ops/index.js";
import { randomNetwork, zeroGradients } from "../pixel-network/cases.js";

beforeEach(() => setBackend("plain"));
afterEach(() => setBackend(undefined));

const network = randomNetwork({ channels: [3, 4, 3], activation: "relu" });
const lut = { stages: [randomCube(5)] };

const calls: readonly (readonly [string, (size: number) => void])[] = [
  [
    "a pixel network",
    (pixels) => {
      const image = new Float32Array(3 * pixels);
      const layerGradients = zeroGradients(network);
      pixelNetworkForward({ network, image, pixels, output: image });
      pixelNetworkLoss({ network, image, pixels, target: image, loss: "mse", layerGradients });
      pixelNetworkBackward({
        network,
        image,
        pixels,
        upstream: image,
        imageGradient: new Float32Array(3 * pixels),
      });
    },
  ],
  [
    "a network on pixels",
    (pixels) => applyPixelNetwork({ network, pixels: new Uint8Array(3 * pixels), channels: 3 }),
  ],
  ["a lookup", (pixels) => applyLut(lut, new Uint8Array(3 * pixels))],
  [
    "a product",
    (rows) => {
      const factors = {
        a: new Float32Array(rows * 4),
        b: new Float32Array(16),
        out: new Float32Array(rows * 4),
      };
      addProduct({ rows, columns: 4, inner: 4, ...factors });
    },
  ],
  [
    "a convolution by Winograd's way",
    (pixels) => conv2d(zeros([1, 4, pixels / 64, 64]), zeros([4, 4, 3, 3]), undefined, { padding: 1 }),
  ],
  [
    "the same of long rows",
    (pixels) => conv2d(zeros([1, 4, 4, pixels / 4]), zeros([4, 4, 3, 3]), undefined, { padding: 1 }),
  ],
  [
    "a convolution",
    (pixels) => conv2d(zeros([1, 2, pixels / 64, 64]), zeros([2, 2, 3, 3]), undefined, { padding: 1 }),
  ],
];

describe("kernel memory", () => {
  it.each(calls)("of %s does not grow with its size", (_, call) => {
    call(2 ** 17);
    const { byteLength } = kernelMemory().buffer;
    call(2 ** 20);
    expect(kernelMemory().buffer.byteLength).toBe(byteLength);
    expect(byteLength).toBeLessThan(8e6);
  });

  it("of a convolution whose taps lie far apart has room for some of its channels", () => {
    const image = tensor(new Float32Array(64 * 200 * 200).fill(1), { shape: [1, 64, 200, 200] });
    const weight = tensor(new Float32Array(64 * 9).fill(1), { shape: [1, 64, 3, 3] });
    const result = conv2d(image, weight, undefined, { dilation: 90, padding: 90 });
    // In the middle, all 9 taps of 64 channels meet the image; in the corner 4 do.
    expect([result.data[100 * 200 + 100], result.data[0]]).toEqual([64 * 9, 64 * 4]);
    expect(kernelMemory().buffer.byteLength).toBeLessThan(24e6);
  });

  it("that cannot grow is an error with the arithmetic", () => {
    const memory = kernelMemory();
    const grow = vi.spyOn(memory, "grow").mockImplementation(() => {
      throw new RangeError("out of memory");
    });
    onTestFinished(() => grow.mockRestore());
    const now = memory.buffer.byteLength;
    const more = () => kernelFloats(now + 65_537);
    expect(more).toThrow(ValueError);
    expect(more).toThrow(
      `kernel memory: expected room for ${now} + 2 pages x 65536 = ${now + 131_072} bytes, received a refusal of the engine (out of memory). Free memory, or use setBackend("reference")`,
    );
  });
});

describe("an image of 4 GB", () => {
  // Its pages are zeros that the system makes up when they are read: only the range takes memory.
  const pixels = 2 ** 30;
  const range = { first: pixels - 5001, end: pixels - 3 };

  it("goes through a network, a range at a time", (context) => {
    const image = imageOf4GB(context.skip);
    applyPixelNetwork({ network, pixels: image, channels: 4, dither: { width: 40_000 }, ...range });
    const small = new Uint8Array(4 * 40_000 * 8);
    const column = range.first % 40_000;
    const row = Math.floor(range.first / 40_000) % 8;
    const first = 40_000 * row + column;
    const end = first + 4998;
    applyPixelNetwork({ network, pixels: small, channels: 4, dither: { width: 40_000 }, first, end });
    expectPart(image, 4 * range.first, small.subarray(4 * first, 4 * end));
  });

  it("goes through a lookup, a range at a time", (context) => {
    const image = imageOf4GB(context.skip);
    const call = { channels: 4, layout: "interleaved", interpolation: "tetrahedral" } as const;
    prepare(lut, { source: image, target: image, count: pixels, ...call })(range.first, range.end);
    expectPart(image, 4 * range.first, applyLut(lut, new Uint8Array(4 * 4998), { channels: 4 }));
  });

  function imageOf4GB(skip: (reason: string) => never): Uint8Array {
    try {
      return new Uint8Array(4 * pixels);
    } catch {
      return skip("this machine gives no array of 4 GB");
    }
  }

  /** The part is somewhere, and nothing beside it was written. */
  function expectPart(image: Uint8Array, first: number, part: Uint8Array): void {
    const end = first + part.length;
    expect(part.some((value) => value !== 0)).toBe(true);
    expect(image.slice(first, end)).toEqual(part);
    expect([...image.subarray(first - 64, first), ...image.subarray(end)].some((value) => value !== 0)).toBe(
      false,
    );
    expect([...image.subarray(0, 64)].some((value) => value !== 0)).toBe(false);
  }
});
