import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.js";
import { goneOn } from "../../src/fit/beyond-seen.js";
import { bestSmoothing, ColourSpline } from "../../src/fit/colour-spline.js";
import type { WeightedColours } from "../../src/fit/samples.js";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
type Edit = (red: number, green: number, blue: number) => readonly [number, number, number];
const IDENTITY: Edit = (red, green, blue) => [red, green, blue];
const AFFINE: Edit = (red, green, blue) => [
  0.1 + 0.7 * red,
  0.9 * green - 0.1 * blue,
  0.2 + 0.1 * red + 0.5 * blue,
];
const CURVED: Edit = (red, green, blue) => [
  red ** 2,
  0.5 * green + 0.5 * green * blue,
  Math.sqrt(blue + 0.1),
];

/** Colours of a part of the cube, or greys alone, as they are and edited. */
function seen(
  count: number,
  edit: Edit,
  { seed, noise = 0, kind = "all" }: { seed: number; noise?: number; kind?: "all" | "dark" | "greys" },
): WeightedColours {
  const stream = new RandomStream({ seed, purpose: "colour-spline-test" });
  const input = new Float32Array(3 * count);
  const target = new Float32Array(3 * count);
  for (let nth = 0; nth < count; nth++) {
    const grey = stream.uniform();
    const colour = [0, 1, 2].map(() => {
      return Math.fround(kind === "greys" ? grey : stream.uniform() * (kind === "dark" ? 0.5 : 1));
    });
    const made = edit(...(colour as [number, number, number]));
    for (let channel = 0; channel < 3; channel++) {
      input[channel * count + nth] = colour[channel] as number;
      target[channel * count + nth] = (made[channel] as number) + noise * stream.normal();
    }
  }
  return { input, target, weights: Float32Array.from({ length: count }, () => 0.2 + 2 * stream.uniform()) };
}

function distance(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] as number))), 0);
}

/** Gauss's elimination with pivots, of `[n,n+3]`: the system as it is defined, without any of the spline's own steps. */
function eliminated(rows: number[][]): number[][] {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column; row < n; row++) {
      if (Math.abs(rows[row]?.[column] as number) > Math.abs(rows[pivot]?.[column] as number)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const own = rows[column] as number[];
    for (const [row, other] of rows.entries()) {
      if (row === column) continue;
      const factor = (other[column] as number) / (own[column] as number);
      for (let at = column; at < other.length; at++) {
        other[at] = (other[at] as number) - factor * (own[at] as number);
      }
    }
  }
  return rows.map((row, nth) => row.slice(n).map((value) => value / (row[nth] as number)));
}

describe("the spline through colours", () => {
  it("is the one of the definition: smallest squares and bends, by the whole system's elimination", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1e-4, 1e-2, 1), (seed, smoothing) => {
        const colours = seen(14, CURVED, { seed, noise: 0.01 });
        const at = (planes: Float32Array, nth: number): number[] =>
          [0, 1, 2].map((channel) => planes[(channel * planes.length) / 3 + nth] as number);
        const cubed = (one: number[], other: number[]): number => {
          const sides = [0, 1, 2].map((c) => Math.abs((one[c] as number) - (other[c] as number)));
          return Math.hypot(...sides) ** 3 + 0.5 * sides.reduce((sum, side) => sum + side ** 3, 0);
        };
        const points = Array.from({ length: 14 }, (_, nth) => at(colours.input, nth));
        const terms = (point: number[]): number[] => [1, ...point.map((value) => value - 0.5)];
        const rows = points.map((point, nth) => [
          ...points.map((other, column) => {
            return cubed(point, other) + (nth === column ? smoothing / (colours.weights[nth] as number) : 0);
          }),
          ...terms(point),
          ...at(colours.target, nth).map((value, channel) => value - (point[channel] as number)),
        ]);
        const sides = [0, 1, 2, 3].map((term) => [
          ...points.map((point) => terms(point)[term] as number),
          ...[0, 0, 0, 0, 0, 0, 0],
        ]);
        const solved = eliminated([...rows, ...sides]);
        const test = seen(6, IDENTITY, { seed: seed + 1 }).input;
        const found = new ColourSpline(colours, smoothing).at(test);
        for (let nth = 0; nth < 6; nth++) {
          const point = at(test, nth);
          const parts = [...points.map((other) => cubed(point, other)), ...terms(point)];
          for (let channel = 0; channel < 3; channel++) {
            const change = parts.reduce(
              (sum, part, row) => sum + part * (solved[row]?.[channel] as number),
              0,
            );
            expect(at(found, nth)[channel]).toBeCloseTo((point[channel] as number) + change, 5);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it("knows the curves of channels from colours that are nearly grey: saturated ones lie on them, too", () => {
    const curves: Edit = (red, green, blue) => [red ** 0.7, 0.2 * green + 0.8 * green ** 2, blue ** 1.4];
    const stream = new RandomStream({ seed: 5, purpose: "nearly grey" });
    const count = 400;
    const input = new Float32Array(3 * count);
    for (let nth = 0; nth < count; nth++) {
      const grey = stream.uniform();
      for (let channel = 0; channel < 3; channel++) {
        const value = grey + 0.12 * (stream.uniform() - 0.5);
        input[channel * count + nth] = Math.min(1, Math.max(0, value));
      }
    }
    const made = (planes: Float32Array): Float32Array => {
      const total = planes.length / 3;
      const colours = Array.from({ length: total }, (_, nth) =>
        curves(...([0, 1, 2].map((channel) => planes[channel * total + nth]) as [number, number, number])),
      );
      return planes.map((_, at) => colours[at % total]?.[Math.floor(at / total)] as number);
    };
    const weights = new Float32Array(count).fill(1);
    const levels = [0.1, 0.5, 0.9];
    const cube = levels.flatMap((red) => levels.flatMap((green) => levels.map((blue) => [red, green, blue])));
    const test = Float32Array.from({ length: 81 }, (_, at) => cube[at % 27]?.[Math.floor(at / 27)] as number);
    const found = new ColourSpline({ input, target: made(input), weights }, 1e-5).at(test);
    const truth = made(test);
    const errors = found.map((value, at) => Math.abs(value - (truth[at] as number)));
    // By distances alone 0.022.
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.017);
  });

  it("is an affine edit everywhere, seen in a corner of the cube alone, and the identity bit for bit", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 12, max: 60 }), (seed, count) => {
        const test = seen(20, AFFINE, { seed: seed + 1 });
        const spline = new ColourSpline(seen(count, AFFINE, { seed, kind: "dark" }), 1e-3);
        expect(distance(spline.at(test.input), test.target)).toBeLessThan(1e-4);
        const same = new ColourSpline(seen(count, IDENTITY, { seed }), 1e-3);
        expect(same.at(test.input)).toEqual(test.input);
      }),
      { numRuns: 30 },
    );
  });

  it("is finite, and right where it was seen, for greys alone and for one, two or three colours", () => {
    for (const count of [1, 2, 3, 40]) {
      const greys = seen(count, AFFINE, { seed: count, kind: "greys" });
      const spline = new ColourSpline(greys, 1e-4);
      expect(distance(spline.at(greys.input), greys.target)).toBeLessThan(1e-3);
      const others = spline.at(seen(20, IDENTITY, { seed: 5 }).input);
      expect(others.every((value) => Math.abs(value) < 4)).toBe(true);
    }
  });

  it("is smoothed more, the noisier the colours are, and is nearer to the truth for it", () => {
    const test = seen(100, CURVED, { seed: 2 });
    const [clean, noisy] = [0, 0.05].map((noise) => seen(200, CURVED, { seed: 1, noise })) as [
      WeightedColours,
      WeightedColours,
    ];
    const smoothing = bestSmoothing(noisy);
    expect(smoothing).toBeGreaterThan(10 * bestSmoothing(clean));
    const error = (of: number): number => {
      const made = new ColourSpline(noisy, of).at(test.input);
      return made.reduce((sum, value, at) => sum + (value - (test.target[at] as number)) ** 2, 0);
    };
    expect(error(smoothing)).toBeLessThan(0.5 * error(bestSmoothing(clean)));
  });
});

describe("colours beyond those that were seen", () => {
  it("follow the spline, within the cube, and count less the farther they are", () => {
    const colours = seen(150, AFFINE, { seed: 3, kind: "dark" });
    const all = goneOn(colours, 7);
    const total = all.weights.length;
    const added = [...all.weights.keys()];
    expect(all.input.every((value) => value >= 0 && value <= 1)).toBe(true);
    const brightest = (nth: number) =>
      Math.max(...[0, 1, 2].map((channel) => all.input[channel * total + nth] as number));
    for (const nth of added) {
      const weight = all.weights[nth] as number;
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBeLessThanOrEqual(0.1);
      // The nearest seen lies at most at 0.5.
      if (brightest(nth) > 0.7) expect(weight).toBeLessThanOrEqual(0.1 / (1 + 4) + 1e-6);
      const made = AFFINE(
        ...([0, 1, 2].map((channel) => all.input[channel * total + nth]) as [number, number, number]),
      );
      for (let channel = 0; channel < 3; channel++) {
        const wanted = Math.min(1, Math.max(0, made[channel] as number));
        expect(all.target[channel * total + nth]).toBeCloseTo(wanted, 3);
      }
    }
    expect(added.filter((nth) => brightest(nth) > 0.7).length).toBeGreaterThan(100);
    expect(goneOn(colours, 7)).toEqual(all);
    expect(goneOn(colours, 8).input).not.toEqual(all.input);
  });
});
