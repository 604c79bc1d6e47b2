import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import { interpolate, type KnobPoint } from "../../src/fit/interpolate.js";

/** The same values in every channel. */
const point = (at: number, ...values: number[]): KnobPoint => {
  return { at, planes: Float32Array.from([...values, ...values, ...values]) };
};

/** Red alone, of one colour after the other. */
function between(
  at: number,
  low: KnobPoint,
  high: KnobPoint,
  before?: KnobPoint,
  after?: KnobPoint,
): number[] {
  const planes = interpolate({ at, before, low, high, after });
  return [...planes.subarray(0, planes.length / 3)];
}

const close = (...values: number[]): unknown[] => values.map((value) => expect.closeTo(value, 6));

describe("between two settings of a knob", () => {
  it("is the straight line where there are only the two", () => {
    expect(between(0.25, point(0, 0.2, 0.6), point(1, 0.6, 0.2))).toEqual(close(0.3, 0.5));
  });

  it("is the parabola through three settings, and the mean of two parabolas through four", () => {
    const value = (x: number): number => 0.1 + 0.3 * x + 0.2 * x * x;
    const at = (x: number): KnobPoint => point(x, value(x));
    for (const x of [0.5, 0.6, 0.9]) {
      expect(between(x, at(0.5), at(1), at(0))).toEqual(close(value(x)));
      expect(between(x - 0.5, at(0), at(0.5), undefined, at(1))).toEqual(close(value(x - 0.5)));
      expect(between(x, at(0.5), at(1), at(0.2), at(1.3))).toEqual(close(value(x)));
    }
  });

  it("goes on beyond a cut as the other colours of the channel do", () => {
    const cut = (value: number): number => Math.min(1, value);
    const gains = (exponent: number) => [0.2, 0.3, 0.5, 0.9].map((v) => cut(0.6 * v * 2 ** exponent));
    const at = (exponent: number): KnobPoint => point(exponent, ...gains(exponent));
    // Colours that stay below 1 are doubled at every step; the brightest would reach 2.16, and is 1.
    const [, , , brightest] = between(1.5, at(1), at(2), at(0)) as [number, number, number, number];
    expect(brightest).toBe(1);
    const [, , , below] = between(0.5, at(0), at(1), undefined, at(2)) as [number, number, number, number];
    expect(Math.abs(below - 0.54 * 2 ** 0.5)).toBeLessThan(0.03);
    expect(between(0.25, point(0, 1), point(0.5, 1), undefined, point(1, 0.3))).toEqual([1]);
  });

  it("goes on straight beyond a cut where every other colour is cut as well", () => {
    expect(between(0.6, point(0.5, 0.8), point(1, 1), point(0, 0.4))).toEqual(close(0.88));
    expect(between(0.75, point(0.5, 0.8), point(1, 1), point(0, 0.4))).toEqual([1]);
    expect(between(0.25, point(0, 0.4), point(0.5, 0.8), undefined, point(1, 1))).toEqual(close(0.6));
  });

  it("meets both values, and never leaves what lies between them", () => {
    const stream = new RandomStream({ seed: 5, purpose: "points" });
    // One in five is cut off.
    const value = (): number => Math.min(1, Math.max(0, 1.4 * stream.uniform() - 0.2));
    const values = (): number[] => Array.from({ length: 20 }, value);
    for (let nth = 0; nth < 100; nth++) {
      const [low, high] = [point(0, ...values()), point(0.3 + stream.uniform(), ...values())];
      const before = nth % 2 === 0 ? undefined : point(-0.1 - stream.uniform(), ...values());
      const after = nth % 3 === 0 ? undefined : point(high.at + 0.1 + stream.uniform(), ...values());
      const rows = Array.from({ length: 11 }, (_, step) =>
        between((step / 10) * high.at, low, high, before, after),
      );
      for (let colour = 0; colour < 20; colour++) {
        const [from, to] = [low.planes[colour] as number, high.planes[colour] as number];
        for (const row of rows) {
          expect(row[colour]).toBeGreaterThanOrEqual(Math.min(from, to));
          expect(row[colour]).toBeLessThanOrEqual(Math.max(from, to));
        }
        expect(rows[0]?.[colour]).toBeCloseTo(from, 6);
        expect(rows[10]?.[colour]).toBeCloseTo(to, 6);
      }
    }
  });
});
