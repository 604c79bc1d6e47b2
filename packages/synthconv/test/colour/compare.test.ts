import { converter, differenceCiede2000 } from "culori";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniformNumbers } from "../../../../test-support/numbers.js";
import { ColourComparison, compareColours, psnr } from "../../src/colour/index.js";
import { NonFiniteError, ShapeError, ValueError } from "../../src/core/index.js";

const toLab = converter("lab65");
const difference2000 = differenceCiede2000();

function toPlanar(colours: Float32Array): Float32Array {
  const count = colours.length / 3;
  return Float32Array.from(
    colours,
    (_, index) => colours[(index % count) * 3 + Math.floor(index / count)] ?? 0,
  );
}

describe("compareColours", () => {
  it("agrees with culori on random colours", () => {
    const count = 2000;
    const a = uniformNumbers(3 * count, "a");
    const b = uniformNumbers(3 * count, "b");
    let sum76 = 0;
    let sum2000 = 0;
    let max2000 = 0;
    for (let first = 0; first < 3 * count; first += 3) {
      const [labA, labB] = [a, b].map((colours) => {
        const [r, g, blue] = colours.subarray(first, first + 3) as unknown as [number, number, number];
        return toLab({ mode: "rgb", r, g, b: blue });
      }) as [ReturnType<typeof toLab>, ReturnType<typeof toLab>];
      sum76 += Math.hypot(labA.l - labB.l, labA.a - labB.a, labA.b - labB.b);
      const difference = difference2000(labA, labB);
      sum2000 += difference;
      max2000 = Math.max(max2000, difference);
    }
    const result = compareColours(a, b);
    expect(result.deltaE76.mean).toBeCloseTo(sum76 / count, 4);
    expect(result.deltaE2000.mean).toBeCloseTo(sum2000 / count, 4);
    expect(result.deltaE2000.max).toBeCloseTo(max2000, 4);
    expect(result.psnr).toBe(psnr(a, b));
  });

  it("finds nothing between identical images: PSNR Infinity, every difference 0", () => {
    const a = uniformNumbers(3 * 1500, "a");
    const nothing = { mean: 0, p95: 0, max: 0 };
    expect(compareColours(a, a.slice())).toEqual({
      psnr: Number.POSITIVE_INFINITY,
      deltaE76: nothing,
      deltaE2000: nothing,
    });
  });

  it("gives the same for planar and interleaved colours", () => {
    const [a, b] = [uniformNumbers(3 * 700, "a"), uniformNumbers(3 * 700, "b")];
    const planar = compareColours(toPlanar(a), toPlanar(b), "planar");
    const interleaved = compareColours(a, b);
    expect(planar.deltaE76).toEqual(interleaved.deltaE76);
    expect(planar.deltaE2000).toEqual(interleaved.deltaE2000);
    expect(planar.psnr).toBeCloseTo(interleaved.psnr, 9);
  });

  it("adds up parts of an image to the whole", () => {
    const [a, b] = [uniformNumbers(3 * 1300, "a"), uniformNumbers(3 * 1300, "b")];
    const comparison = new ColourComparison();
    comparison.add(a.subarray(0, 300), b.subarray(0, 300));
    comparison.add(a.subarray(300), b.subarray(300));
    const parts = comparison.result();
    const whole = compareColours(a, b);
    expect(parts.psnr).toBeCloseTo(whole.psnr, 9);
    expect(parts.deltaE2000.mean).toBeCloseTo(whole.deltaE2000.mean, 9);
    expect(parts.deltaE2000.p95).toBe(whole.deltaE2000.p95);
  });

  it("refuses different lengths, no colours, NaN and Infinity", () => {
    expect(() => compareColours(new Float32Array(3), new Float32Array(6))).toThrow(ShapeError);
    expect(() => compareColours(new Float32Array(0), new Float32Array(0))).toThrow(ValueError);
    const broken = Float32Array.of(0, 0, 0, 0, Number.NaN, 0);
    expect(() => compareColours(new Float32Array(6), broken)).toThrow(NonFiniteError);
    expect(() => compareColours(broken, new Float32Array(6))).toThrow(
      "compareColours: expected finite colours, received NaN at position 4",
    );
  });
});

describe("psnr", () => {
  it("of a constant error e is -20 log10(e)", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), (error) => {
        const a = new Float64Array(9).fill(0.25);
        const b = a.map((value) => value + error);
        expect(psnr(a, b)).toBeCloseTo(-20 * Math.log10(error), 6);
      }),
    );
  });
});
