import { describe, expect, it } from "vitest";
import { ShapeError, ValueError } from "../../../src/core/index.js";
import {
  type ApplyPixelNetwork,
  applyPixelNetwork,
  type PixelRun,
  readPlanes,
  writePlanes,
} from "../../../src/kernels/index.js";
import { randomNetwork } from "../pixel-network/cases.js";

const network = randomNetwork({ channels: [3, 4, 3], activation: "relu" });
const pixels = new Uint8Array(3 * 10).fill(100);

function call(changes: Partial<ApplyPixelNetwork>): () => void {
  return () => applyPixelNetwork({ network, pixels, channels: 3, ...changes });
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(12);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe("applyPixelNetwork refuses", () => {
  it.each([
    [
      "half a pixel",
      { pixels: new Uint8Array(7) },
      ShapeError,
      "applyPixelNetwork: expected a whole number of pixels of 3 values, received 7 values",
    ],
    [
      "2 channels",
      { channels: 2 as 3 },
      ValueError,
      "applyPixelNetwork channels: expected 3 for RGB or 4 for RGBA, received 2",
    ],
    [
      "a network of other channels",
      { network: randomNetwork({ channels: [3, 4, 1], activation: "relu" }) },
      ShapeError,
      "applyPixelNetwork network: expected 3 channels in and 3 out, received 3 and 1",
    ],
    [
      "a share beyond 1",
      { share: 1.01 },
      ValueError,
      "applyPixelNetwork share: expected a number from 0 to 1, received 1.01",
    ],
    [
      "a share of NaN",
      { share: Number.NaN },
      ValueError,
      "applyPixelNetwork share: expected a number from 0 to 1, received NaN",
    ],
    [
      "an end beyond the last pixel",
      { end: 11 },
      ValueError,
      "applyPixelNetwork end: expected a whole number from 0 to 10, received 11",
    ],
    [
      "a first pixel after the end",
      { first: 5, end: 4 },
      ValueError,
      "applyPixelNetwork first: expected a whole number from 0 to 4, received 5",
    ],
    [
      "rows of no pixels",
      { dither: { width: 0 } },
      ValueError,
      "applyPixelNetwork dither width: expected a whole number from 1 to 2147483647, received 0",
    ],
    [
      "a dither of 16 bits",
      { pixels: new Uint16Array(6), dither: { width: 2 } },
      ValueError,
      "applyPixelNetwork dither: expected pixels of 8 bits, received Uint16Array. " +
        "Leave the dither out: 16 bits and floats have no visible steps.",
    ],
    [
      "a detached buffer",
      { pixels: detached() },
      ValueError,
      "applyPixelNetwork pixels: expected memory that is still there, received a detached buffer. " +
        "It was transferred elsewhere: work on the array that arrived there, or copy it first.",
    ],
  ] as const)("%s, and touches nothing", (_, changes, kind, message) => {
    expect(call(changes)).toThrow(kind);
    expect(call(changes)).toThrow(message);
    expect(pixels.every((value) => value === 100)).toBe(true);
  });
});

describe("readPlanes and writePlanes refuse", () => {
  const gone = new Float32Array(30);
  structuredClone(gone, { transfer: [gone.buffer] });
  it.each([
    [
      "planes that reach beyond the data",
      { first: 8 },
      new Float32Array(9),
      ShapeError,
      " planes: expected at most 10 - 8 = 2 pixels, those of the data from the first on, received 9 / 3 = 3",
    ],
    [
      "what are not three planes",
      {},
      new Float32Array(10),
      ShapeError,
      " planes: expected 3 planes of as many values each, received 10 values",
    ],
    [
      "a first pixel that is none",
      { first: -1 },
      new Float32Array(3),
      ValueError,
      " first: expected a whole number of 0 or more, received -1",
    ],
    [
      "5 channels",
      { channels: 5 as 3 },
      new Float32Array(3),
      ValueError,
      " channels: expected 3 for RGB or 4 for RGBA, received 5",
    ],
    [
      "detached pixels",
      { pixels: detached() },
      new Float32Array(0),
      ValueError,
      " pixels: expected memory that is still there, received a detached buffer",
    ],
    ["detached planes", {}, gone, ValueError, " planes: expected memory that is still there"],
  ] as const)("%s", (_, changes, planes, kind, message) => {
    const run: PixelRun = { pixels, channels: 3, first: 0, ...changes };
    for (const call of [readPlanes, writePlanes]) {
      expect(() => call(run, planes)).toThrow(kind);
      expect(() => call(run, planes)).toThrow(`${call.name}${message}`);
    }
    expect(pixels.every((value) => value === 100)).toBe(true);
  });

  it("to dither what has more than 8 bits", () => {
    const run = { pixels: new Uint16Array(6), channels: 3, first: 0, dither: { width: 2 } } as const;
    expect(() => writePlanes(run, new Float32Array(6))).toThrow(ValueError);
    expect(() => writePlanes(run, new Float32Array(6))).toThrow(
      "writePlanes dither: expected pixels of 8 bits",
    );
  });
});
