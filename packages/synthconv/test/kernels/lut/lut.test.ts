import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { randomCube } from "../../../../../test-support/luts.js";
import { needTool } from "../../../../../test-support/needs.js";
import { relativeError, uniformNumbers } from "../../../../../test-support/numbers.js";
import {
  applyLut,
  availableBackends,
  type LutPixels,
  pixelNetworkForward,
  setBackend,
} from "../../../src/kernels/index.js";
import { prepare } from "../../../src/kernels/lut/implementations.js";
import { randomNetwork } from "../pixel-network/cases.js";
import { beyondRounding, exactly, ffmpegLut3d, interpolations, type PixelKind, pixelKinds } from "./cases.js";

afterEach(() => setBackend(undefined));

function expectClose(actual: LutPixels, expected: Float64Array, kind: PixelKind): void {
  if (kind.scale === 1) expect(relativeError(actual, expected)).toBeLessThanOrEqual(kind.tolerance);
  else expect(beyondRounding(actual, expected, kind)).toBeLessThan(kind.tolerance);
}

/** `[N,channels]` to `[channels,N]`. */
function toPlanes<Pixels extends LutPixels>(pixels: Pixels, channels: number): Pixels {
  const count = pixels.length / channels;
  const planes = pixels.slice() as Pixels;
  pixels.forEach((value, index) => {
    planes[(index % channels) * count + Math.floor(index / channels)] = value;
  });
  return planes;
}

describe.each(availableBackends())("a lookup on the %s backend", (backend) => {
  it("maps every one of the 8-bit greys and the colours beside them", () => {
    setBackend(backend);
    const kind = pixelKinds[0] as PixelKind;
    const pixels = Uint8Array.from({ length: 3 * 256 * 8 }, (_, index) => {
      const pixel = Math.floor(index / 3);
      return Math.min((pixel >> 3) + ((pixel >> (index % 3)) & 1), 255);
    });
    for (const interpolation of interpolations) {
      const lut = { stages: [randomCube(33)] };
      const mapped = applyLut(lut, pixels, { interpolation });
      expectClose(mapped, exactly(lut, pixels, 3, kind, interpolation), kind);
    }
  });

  it("takes the largest lattice of a file, 256 nodes", () => {
    setBackend(backend);
    const table = new Float32Array(3 * 256 ** 3);
    for (let index = 0; index < table.length; index++) table[index] = ((index * 7919) % 1009) / 1008;
    const lut = { stages: [randomCube(2, { size: 256, table })] };
    const kind = pixelKinds[0] as PixelKind;
    const pixels = kind.random(3 * 70);
    expectClose(applyLut(lut, pixels), exactly(lut, pixels, 3, kind, "tetrahedral"), kind);
  });

  it.each(interpolations)("%s: infinities are clamped and NaN stays in its pixel", (interpolation) => {
    setBackend(backend);
    const lut = { stages: [randomCube(3)] };
    const pixels = uniformNumbers(3 * 12, "pixels");
    const clean = applyLut(lut, pixels, { interpolation });
    const spoilt = pixels.slice();
    spoilt.set([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5], 6);
    for (const channel of [0, 1, 2]) spoilt[15 + 4 * channel] = Number.NaN;
    const mapped = applyLut(lut, spoilt, { interpolation });
    const clamped = applyLut(lut, Float32Array.of(1, 0, 0.5), { interpolation });
    const expected = clean.slice();
    expected.set(clamped, 6);
    // NaN at 15, 19 and 23: red of pixel 5, green of 6, blue of 7.
    expected.fill(Number.NaN, 15, 24);
    expect(mapped).toEqual(expected);
    const planes = applyLut(lut, toPlanes(spoilt, 3), { interpolation, layout: "planar" });
    expect(planes).toEqual(toPlanes(expected, 3));
  });

  it("in place and into another array are the same, and Node's buffers are bytes", () => {
    setBackend(backend);
    const lut = { stages: [randomCube(5)] };
    for (const { random } of pixelKinds) {
      const pixels = random(4 * 9000);
      const mapped = applyLut(lut, pixels, { channels: 4 });
      const output = random(4 * 9000);
      expect(applyLut(lut, pixels, { channels: 4, output })).toBe(output);
      expect(output).toEqual(mapped);
      applyLut(lut, pixels, { channels: 4, output: pixels });
      expect(pixels).toEqual(mapped);
    }
    const bytes = Buffer.from([1, 2, 3, 250, 251, 252]);
    expect(applyLut(lut, bytes)).toEqual(applyLut(lut, Uint8Array.from(bytes)));
  });

  it("a table that changed since the last call counts as it is now", () => {
    setBackend(backend);
    const cube = randomCube(4);
    const pixels = uniformNumbers(300, "pixels");
    const first = applyLut({ stages: [cube] }, pixels);
    const other = applyLut({ stages: [randomCube(5)] }, pixels);
    const output = new Float32Array(300);
    const network = randomNetwork({ channels: [3, 4, 3], activation: "relu" });
    pixelNetworkForward({ network, image: pixels, pixels: 100, output });
    expect(applyLut({ stages: [cube] }, pixels)).toEqual(first);
    cube.table.set(cube.table.map((value) => 1 - value));
    const inverted = applyLut({ stages: [cube] }, pixels);
    expect(
      relativeError(
        inverted,
        first.map((value) => 1 - value),
      ),
    ).toBeLessThan(1e-6);
    expect(other).not.toEqual(first);
  });

  it("ranges, wherever they meet, give the bits of the whole", () => {
    setBackend(backend);
    const lut = { stages: [randomCube(9)] };
    fc.assert(
      fc.property(
        fc.constantFrom(...pixelKinds),
        fc.constantFrom(...interpolations),
        fc.constantFrom("interleaved" as const, "planar" as const),
        fc.array(fc.nat({ max: 9000 }), { maxLength: 3 }),
        ({ random }, interpolation, layout, cuts) => {
          const source = random(4 * 9000);
          const whole = applyLut(lut, source, { channels: 4, interpolation, layout });
          const target = random(4 * 9000).fill(0);
          const ends = [...cuts.sort((a, b) => a - b), 9000];
          ends.forEach((end, index) => {
            const call = { source, target, count: 9000, channels: 4, layout, interpolation } as const;
            prepare(lut, call)(ends[index - 1] ?? 0, end);
          });
          expect(target).toEqual(whole);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("any lattice, domain and pixels agree with float64", () => {
    setBackend(backend);
    const number = fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround);
    const domain = fc.tuple(number, fc.double({ min: 0.01, max: 3, noNaN: true }));
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }).chain((size) =>
          fc.record({
            kind: fc.constant("lut3d" as const),
            size: fc.constant(size),
            table: fc
              .array(number, { minLength: 3 * size ** 3, maxLength: 3 * size ** 3 })
              .map((values) => Float32Array.from(values)),
          }),
        ),
        fc.tuple(domain, domain, domain),
        fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 9 }),
        fc.constantFrom(...interpolations),
        (lattice, [red, green, blue], colours, interpolation) => {
          const domainMin = [red[0], green[0], blue[0]] as const;
          const domainMax = [red[0] + red[1], green[0] + green[1], blue[0] + blue[1]] as const;
          const lut = { stages: [{ ...lattice, domainMin, domainMax }] };
          const kind = pixelKinds[3] as PixelKind;
          const pixels = Float32Array.from(colours.flat());
          const expected = exactly(lut, pixels, 3, kind, interpolation);
          // Entries of up to 2 in size: what cancels cannot keep more digits than they have.
          const error = applyLut(lut, pixels, { interpolation }).map(
            (value, index) => value - (expected[index] as number),
          );
          expect(Math.max(...error.map(Math.abs))).toBeLessThan(2e-6);
        },
      ),
      { numRuns: 100 },
    );
  });

  it.for(interpolations)("%s: agrees with ffmpeg's lut3d in 16 bits", (interpolation, context) => {
    needTool(context, "ffmpeg");
    setBackend(backend);
    const lut = { stages: [randomCube(17)] };
    const pixels = Uint16Array.from(uniformNumbers(3 * 3000, "ffmpeg", { low: 0, high: 65_536 }));
    const theirs = ffmpegLut3d(lut, pixels, interpolation);
    const ours = applyLut(lut, pixels, { interpolation });
    const differences = new Set(ours.map((value, index) => value - (theirs[index] as number)));
    // ffmpeg cuts off what we round, and its float32 may be a code lower at that.
    expect([...differences].sort()).toEqual([0, 1]);
  });
});
