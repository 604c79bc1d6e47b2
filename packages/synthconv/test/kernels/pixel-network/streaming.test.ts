import { afterEach, describe, expect, it } from "vitest";
import { normalNumbers } from "../../../../../test-support/numbers.js";
import {
  availableBackends,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  setBackend,
} from "../../../src/kernels/index.js";
import { randomNetwork, zeroGradients } from "./cases.js";

// The kernels bring the cache lines of 2^18 pixels and more in ahead of their copies; the parts are smaller, and
// cut where a chunk ends.
const PIXELS = 2 ** 18 + 8192 + 5;
const CUT = 2 ** 17;
const parts = [
  [0, CUT],
  [CUT, PIXELS],
] as const;

const network = randomNetwork({ channels: [3, 4, 3], activation: "relu", residual: true });
const image = normalNumbers(3 * PIXELS, "image");
const second = normalNumbers(3 * PIXELS, "second");

function planesOf(planes: Float32Array, first: number, end: number): Float32Array {
  const part = new Float32Array(3 * (end - first));
  for (let channel = 0; channel < 3; channel++) {
    part.set(planes.subarray(channel * PIXELS + first, channel * PIXELS + end), channel * (end - first));
  }
  return part;
}

function expectSameBits(actual: Float32Array, expected: Float32Array): void {
  expect(Buffer.compare(Buffer.from(actual.buffer), Buffer.from(expected.buffer))).toBe(0);
}

function gradientNumbers(gradients: ReturnType<typeof zeroGradients>): number[] {
  return gradients.flatMap(({ weight, bias }) => [...weight, ...(bias ?? [])]);
}

afterEach(() => setBackend(undefined));

describe.each(availableBackends().filter((backend) => backend !== "reference"))(
  "an image that streams from memory, on the %s backend",
  (backend) => {
    it("forward gives the bits that its parts give", () => {
      setBackend(backend);
      const output = new Float32Array(3 * PIXELS).fill(Number.NaN);
      pixelNetworkForward({ network, image, pixels: PIXELS, output });
      for (const [first, end] of parts) {
        const expected = new Float32Array(3 * (end - first));
        pixelNetworkForward({
          network,
          image: planesOf(image, first, end),
          pixels: end - first,
          output: expected,
        });
        expectSameBits(planesOf(output, first, end), expected);
      }
    });

    it("forward in place gives the bits of forward into another array", () => {
      setBackend(backend);
      const output = new Float32Array(3 * PIXELS);
      const inPlace = image.slice();
      pixelNetworkForward({ network, image, pixels: PIXELS, output });
      pixelNetworkForward({ network, image: inPlace, pixels: PIXELS, output: inPlace });
      expectSameBits(inPlace, output);
    });

    it("loss and gradients are the sums of its parts', and the image's gradient has their bits", () => {
      setBackend(backend);
      const whole = zeroGradients(network);
      const summed = zeroGradients(network);
      const gradient = new Float32Array(3 * PIXELS).fill(Number.NaN);
      const loss = (planes: Float32Array, target: Float32Array, sums: typeof whole): number =>
        pixelNetworkLoss({
          ...{ network, image: planes, pixels: planes.length / 3, target },
          ...{ loss: "l1", layerGradients: sums },
        });
      const total = loss(image, second, whole);
      pixelNetworkBackward({
        ...{ network, image, pixels: PIXELS, upstream: second },
        ...{ imageGradient: gradient, layerGradients: whole },
      });
      let sum = 0;
      for (const [first, end] of parts) {
        const [planes, other] = [planesOf(image, first, end), planesOf(second, first, end)];
        const expected = new Float32Array(planes.length);
        sum += loss(planes, other, summed);
        pixelNetworkBackward({
          ...{ network, image: planes, pixels: end - first, upstream: other },
          ...{ imageGradient: expected, layerGradients: summed },
        });
        expectSameBits(planesOf(gradient, first, end), expected);
      }
      expect(Math.abs(total / sum - 1)).toBeLessThan(1e-12);
      const expected = gradientNumbers(summed);
      const largest = Math.max(...expected.map(Math.abs));
      gradientNumbers(whole).forEach((value, index) => {
        expect(Math.abs(value - (expected[index] as number)) / largest).toBeLessThan(1e-12);
      });
    });
  },
);
