import { converter } from "culori";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rgbToLab } from "../../src/colour/index.js";
import { ShapeError } from "../../src/core/index.js";

const toLab = converter("lab65");
const rgb = fc.array(fc.float({ min: Math.fround(-0.2), max: Math.fround(1.2), noNaN: true }), {
  minLength: 3,
  maxLength: 3,
});

/** Linear sRGB to XYZ over white, from chromaticities (SMPTE RP 177): solve for the power of each primary. */
function relativeXyzMatrix(): number[][] {
  const xyz = (x: number, y: number) => [x / y, 1, (1 - x - y) / y];
  const primaries = [xyz(0.64, 0.33), xyz(0.3, 0.6), xyz(0.15, 0.06)];
  const white = xyz(0.3127, 0.329);
  const determinant = (m: readonly (readonly number[])[]) => {
    const [[a, b, c], [d, e, f], [g, h, i]] = m as [number[], number[], number[]] as [
      [number, number, number],
      [number, number, number],
      [number, number, number],
    ];
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  };
  const power = primaries.map(
    (_, solved) => determinant(primaries.map((p, k) => (k === solved ? white : p))) / determinant(primaries),
  );
  return [0, 1, 2].map((row) =>
    primaries.map((p, k) => ((p[row] as number) * (power[k] as number)) / (white[row] as number)),
  );
}

describe("rgbToLab", () => {
  it("agrees with culori to 2e-5 in every coordinate, inside and outside the gamut", () => {
    fc.assert(
      fc.property(rgb, (colour) => {
        const [r, g, b] = colour as [number, number, number];
        const expected = toLab({ mode: "rgb", r, g, b });
        const [l, aStar, bStar] = rgbToLab(Float64Array.of(r, g, b)) as unknown as [number, number, number];
        expect(Math.abs(l - expected.l)).toBeLessThan(2e-5);
        expect(Math.abs(aStar - expected.a)).toBeLessThan(2e-5);
        expect(Math.abs(bStar - expected.b)).toBeLessThan(2e-5);
      }),
      { numRuns: 5000 },
    );
  });

  it("rests on the matrix that the standard's primaries and white give", () => {
    // Pure primaries beyond the knee: f(t) is the cube root of the matrix entry, and a* and b* tell the rows apart.
    const lab = rgbToLab(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    const matrix = relativeXyzMatrix();
    for (let primary = 0; primary < 3; primary++) {
      const [fx, fy, fz] = matrix.map((row) => Math.cbrt(row[primary] as number)) as [number, number, number];
      expect(lab[3 * primary]).toBeCloseTo(116 * fy - 16, 5);
      expect(lab[3 * primary + 1]).toBeCloseTo(500 * (fx - fy), 5);
      expect(lab[3 * primary + 2]).toBeCloseTo(200 * (fy - fz), 5);
    }
  });

  it("gives white exactly 100, 0, 0 and every grey exactly no chroma", () => {
    expect([...rgbToLab(Float32Array.of(1, 1, 1))]).toEqual([100, 0, 0]);
    for (let code = 0; code < 256; code++) {
      const [, a, b] = rgbToLab(new Float32Array(3).fill(code / 255));
      expect([a, b]).toEqual([0, 0]);
    }
  });

  it("reads planar and interleaved colours alike", () => {
    const interleaved = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    const planar = Float32Array.of(0.1, 0.4, 0.2, 0.5, 0.3, 0.6);
    expect(rgbToLab(planar, "planar")).toEqual(rgbToLab(interleaved, "interleaved"));
  });

  it("refuses arrays that are not whole colours", () => {
    expect(() => rgbToLab(new Float32Array(4))).toThrow(ShapeError);
    expect(() => rgbToLab(new Float32Array(4))).toThrow(
      "rgbToLab: expected three numbers (red, green, blue) for each colour, received 4 numbers. Drop the alpha channel",
    );
  });
});
