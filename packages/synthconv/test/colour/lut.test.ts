import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runFfmpeg } from "../../../../test-support/ffmpeg.js";
import { randomCube } from "../../../../test-support/luts.js";
import { needTool } from "../../../../test-support/needs.js";
import { largestDifference, uniformNumbers } from "../../../../test-support/numbers.js";
import {
  type Interpolation,
  identityCube,
  isIdentityCube,
  isIdentityShaper,
  type Lut1D,
  type Lut3D,
  LutSampler,
  latticeValue,
  UNIT_DOMAIN,
} from "../../src/colour/index.js";
import { NonFiniteError, ShapeError, ValueError } from "../../src/core/index.js";
import { applyLut } from "../../src/kernels/index.js";

const kinds: readonly Interpolation[] = ["tetrahedral", "trilinear"];

/** Written by hand and not by our writer, so that ffmpeg judges the sampling alone. */
function cubeText({ size, table }: Lut3D): Uint8Array {
  const rows = Array.from({ length: size ** 3 }, (_, row) => table.subarray(3 * row, 3 * row + 3).join(" "));
  return new TextEncoder().encode(`LUT_3D_SIZE ${size}\n${rows.join("\n")}\n`);
}

describe.each(kinds)("%s sampling", (interpolation) => {
  it("agrees with ffmpeg's lut3d on random lattices", (context) => {
    needTool(context, "ffmpeg");
    for (const size of [2, 5, 17]) {
      const cube = randomCube(size);
      const colours = uniformNumbers(3 * 4000, "colours");
      const expected = runFfmpeg({
        colours,
        filter: `lut3d=file=FILE0:interp=${interpolation}`,
        files: [{ bytes: cubeText(cube), extension: "cube" }],
      });
      expect(
        largestDifference(applyLut({ stages: [cube] }, colours, { interpolation }), expected),
      ).toBeLessThan(2e-6);
    }
  });

  it("returns the entry itself at every lattice colour", () => {
    for (const size of [2, 3, 17, 33]) {
      const cube = randomCube(size);
      const sampled = applyLut({ stages: [cube] }, identityCube(size).table, { interpolation });
      expect(largestDifference(sampled, cube.table)).toBeLessThan(2e-6);
    }
  });

  it("reproduces an affine map of any domain exactly up to rounding", () => {
    const domainMin = [-0.5, 0, 0.25] as const;
    const domainMax = [1.5, 2, 0.75] as const;
    const base: Lut3D = { kind: "lut3d", size: 4, table: new Float32Array(192), domainMin, domainMax };
    for (let row = 0; row < 64; row++) {
      const red = latticeValue(base, 0, row % 4);
      const green = latticeValue(base, 1, Math.floor(row / 4) % 4);
      const blue = latticeValue(base, 2, Math.floor(row / 16));
      base.table.set([red + 2 * green - blue, 0.5 - red, green * 0.25 + blue], 3 * row);
    }
    const colours = uniformNumbers(3 * 500, "affine").map((value, index) => {
      const channel = (index % 3) as 0 | 1 | 2;
      return domainMin[channel] + value * (domainMax[channel] - domainMin[channel]);
    });
    const sampled = applyLut({ stages: [base] }, colours, { interpolation });
    for (let first = 0; first < colours.length; first += 3) {
      const [red, green, blue] = colours.subarray(first, first + 3) as unknown as [number, number, number];
      expect(sampled[first]).toBeCloseTo(red + 2 * green - blue, 5);
      expect(sampled[first + 1]).toBeCloseTo(0.5 - red, 5);
      expect(sampled[first + 2]).toBeCloseTo(green * 0.25 + blue, 5);
    }
  });

  it("clamps to the domain and keeps NaN", () => {
    const cube = randomCube(3);
    const [low, high] = [cube.table.subarray(0, 3), cube.table.subarray(-3)];
    const below = applyLut({ stages: [cube] }, Float32Array.of(-1, -2, -3), { interpolation });
    const above = applyLut({ stages: [cube] }, Float32Array.of(2, 3, Number.POSITIVE_INFINITY), {
      interpolation,
    });
    expect(largestDifference(below, low)).toBeLessThan(2e-6);
    expect(largestDifference(above, high)).toBeLessThan(2e-6);
    const poisoned = applyLut({ stages: [cube] }, Float32Array.of(Number.NaN, 0, 0), { interpolation });
    expect([...poisoned].some(Number.isNaN)).toBe(true);
  });

  it("of an identity returns the very bits it was given, also after a round to six decimals", () => {
    const colours = uniformNumbers(3 * 1000, "identity");
    const exact = identityCube(33);
    const printed = { ...exact, table: exact.table.map((value) => Number(value.toFixed(6))) };
    const shaper: Lut1D = {
      kind: "lut1d",
      size: 2,
      table: Float32Array.of(0, 0, 0, 1, 1, 1),
      ...UNIT_DOMAIN,
    };
    for (const lut of [
      { stages: [] },
      { stages: [exact] },
      { stages: [printed] },
      { stages: [shaper] },
      { stages: [shaper, exact] },
    ]) {
      expect(applyLut(lut, colours, { interpolation })).toEqual(colours);
      expect(applyLut(lut, Float64Array.of(0.1, 0.2, 0.3), { interpolation })).toEqual(
        Float64Array.of(0.1, 0.2, 0.3),
      );
    }
  });
});

describe("a shaper", () => {
  const curves: Lut1D = {
    kind: "lut1d",
    size: 3,
    table: Float32Array.of(0, 1, 0, 0.25, 0.5, 1, 1, 0, 0),
    domainMin: [0, 0, 0],
    domainMax: [1, 2, 1],
  };

  it("interpolates each channel along its own curve and domain", () => {
    const sampled = applyLut({ stages: [curves] }, Float64Array.of(0.25, 0.5, 0.75, 1, 2, 1, 9, -9, 0.5));
    expect([...sampled]).toEqual([0.125, 0.75, 0.5, 1, 0, 0, 1, 1, 1]);
  });

  it("runs before the lattice", () => {
    const cube = randomCube(4);
    const colours = uniformNumbers(300, "shaped");
    const twoSteps = applyLut({ stages: [cube] }, applyLut({ stages: [curves] }, Float64Array.from(colours)));
    expect(largestDifference(applyLut({ stages: [curves, cube] }, colours), twoSteps)).toBeLessThan(1e-6);
  });
});

describe("LutSampler", () => {
  it("works in place and on planar colours", () => {
    const sampler = new LutSampler({ stages: [randomCube(5)] });
    const interleaved = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    const planar = Float32Array.of(0.1, 0.4, 0.2, 0.5, 0.3, 0.6);
    sampler.apply(interleaved, interleaved);
    sampler.apply(planar, planar, "planar");
    const [r1, g1, b1, r2, g2, b2] = interleaved;
    expect([...planar]).toEqual([r1, r2, g1, g2, b1, b2]);
  });

  it("refuses tables that are not sound", () => {
    const cube = identityCube(2);
    const sample = (part: Partial<Lut3D>) => () => new LutSampler({ stages: [{ ...cube, ...part }] });
    expect(sample({ size: 1 })).toThrow(ValueError);
    expect(sample({ size: 3 })).toThrow(ShapeError);
    expect(sample({ size: 3 })).toThrow(
      "LutSampler stages[0]: expected a table of [3,3,3,3], 81 numbers, received 24 numbers",
    );
    expect(sample({ domainMax: [1, 0, 1] })).toThrow(
      "LutSampler stages[0]: expected a domain whose minimum lies below its maximum in every channel, received 0 0 0 to 1 0 1",
    );
    expect(sample({ table: cube.table.with(7, Number.NaN) })).toThrow(NonFiniteError);
    expect(sample({ table: cube.table.with(7, Number.NaN) })).toThrow(
      "LutSampler stages[0]: expected finite numbers, received NaN in row 2",
    );
    expect(() => new LutSampler({ stages: [{ ...cube, kind: "lut1d", size: 4 }] })).toThrow(
      "LutSampler stages[0]: expected a table of [4,3]",
    );
    expect(() => new LutSampler({ stages: [cube] }).apply(new Float32Array(3), new Float32Array(6))).toThrow(
      ShapeError,
    );
  });
});

describe("identityCube", () => {
  it("lists all colours, red fastest, and is recognised as the identity", () => {
    expect([...identityCube(2).table]).toEqual([
      ...[0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0],
      ...[0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1],
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 20 }),
        fc.nat(),
        fc.double({ min: 3e-6, max: 1, noNaN: true }),
        (size, seed, by) => {
          const cube = identityCube(size);
          const entry = seed % cube.table.length;
          expect(isIdentityCube(cube)).toBe(true);
          expect(
            isIdentityCube({ ...cube, table: cube.table.with(entry, (cube.table[entry] as number) + by) }),
          ).toBe(false);
        },
      ),
    );
  });

  it("has its counterpart for curves", () => {
    const shaper: Lut1D = {
      kind: "lut1d",
      size: 3,
      table: Float32Array.of(0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 1),
      ...UNIT_DOMAIN,
    };
    expect(isIdentityShaper(shaper)).toBe(true);
    expect(isIdentityShaper({ ...shaper, domainMax: [1, 1, 2] })).toBe(false);
  });

  it("refuses sizes that make no lattice", () => {
    for (const size of [1, 2.5, -3, Number.NaN]) expect(() => identityCube(size)).toThrow(ValueError);
  });
});
