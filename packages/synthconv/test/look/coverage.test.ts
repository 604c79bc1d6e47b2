/** The colours that a look was trained on: what is stored, and what counts as known. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverageOf, parseLook, SeenColours, serializeLook } from "../../src/look/index.js";
import { lookOf, schemaOf } from "./look-samples.js";

/** Planes `[3,P]` of colours. */
function planes(...colours: readonly (readonly [number, number, number])[]): Float32Array {
  return Float32Array.from(
    [0, 1, 2].flatMap((channel) => colours.map((colour) => colour[channel] as number)),
  );
}

const cell = fc.integer({ min: 0, max: 15 });
const colour = fc.tuple(cell, cell, cell);
const middle = ([r, g, b]: readonly number[]): [number, number, number] => [
  ((r as number) + 0.5) / 16,
  ((g as number) + 0.5) / 16,
  ((b as number) + 0.5) / 16,
];

describe("the coverage of a look", () => {
  it("knows the cells of what was seen and those beside them, and no others", () => {
    fc.assert(
      fc.property(
        fc.array(colour, { maxLength: 6 }),
        fc.array(colour, { minLength: 1, maxLength: 30 }),
        (seen, asked) => {
          const known = new SeenColours(coverageOf([planes(...seen.map(middle))]));
          for (const one of asked) {
            const isNear = seen.some((other) =>
              other.every((value, i) => Math.abs(value - (one[i] as number)) <= 1),
            );
            expect(known.countUnseen(planes(middle(one)))).toBe(isNear ? 0 : 1);
          }
        },
      ),
    );
  });

  it("says how many cells away the nearest that was seen lies", () => {
    fc.assert(
      fc.property(fc.array(colour, { minLength: 1, maxLength: 6 }), (cells) => {
        const seen = new SeenColours(coverageOf([planes(...cells.map(middle))]));
        const all = Array.from({ length: 4096 }, (_, at) => [at >> 8, (at >> 4) & 15, at & 15] as const);
        const nearest = all.map((one) =>
          Math.min(
            ...cells.map((other) =>
              Math.max(...other.map((value, i) => Math.abs(value - (one[i] as number)))),
            ),
          ),
        );
        expect([...seen.distancesOf(planes(...all.map(middle)))]).toEqual(nearest);
      }),
      { numRuns: 20 },
    );
    const none = new SeenColours(coverageOf([]));
    expect([...none.distancesOf(planes([0.5, 0.5, 0.5]))]).toEqual([255]);
  });

  it("adds up over examples, and over the order of colours", () => {
    const [a, b] = [planes([0, 0, 0], [1, 1, 1]), planes([0.5, 0.1, 0.9])];
    expect(coverageOf([a, b])).toEqual(coverageOf([planes([0.5, 0.1, 0.9], [1, 1, 1], [0, 0, 0])]));
  });

  it("is as docs/look-format.md says", () => {
    const { cells } = coverageOf([planes([0, 0, 0], [1, 1, 1], [3 / 16, 2 / 16, 9.99 / 16])]);
    const bytes = Buffer.from(cells, "base64");
    expect(bytes).toHaveLength(512);
    const set = [0, 4095, 3 * 256 + 2 * 16 + 9];
    for (let i = 0; i < 4096; i++) {
      expect((((bytes[i >> 3] as number) >> (i & 7)) & 1) === 1).toBe(set.includes(i));
    }
  });

  it("takes colours a little beyond 0 to 1 for those at its end, and none that is further off", () => {
    const known = new SeenColours(coverageOf([planes([1, 1, 1], [0, 0, 0])]));
    expect(known.countUnseen(planes([1.05, 1, 1], [-0.05, 0, 0]))).toBe(0);
    expect(known.countUnseen(planes([1.2, 1, 1], [0, 0, -0.2], [Number.NaN, 0, 0]))).toBe(3);
  });

  it("is the whole for a lattice of 8 nodes an axis, whose cells are beside each other", () => {
    const steps = Array.from({ length: 8 }, (_, i) => i / 7);
    const lattice = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => [r, g, b] as const)));
    expect(new SeenColours(coverageOf([planes(...lattice)])).share).toBe(1);
  });

  it("comes back from a file, and a file without it is read as before", () => {
    const coverage = coverageOf([planes([0.2, 0.4, 0.6])]);
    const look = lookOf({ ...schemaOf(), coverage });
    expect(parseLook(serializeLook(look), "a").schema.coverage).toEqual(coverage);
    expect(parseLook(serializeLook(lookOf(schemaOf())), "a").schema.coverage).toBeUndefined();
  });

  it.each([
    ["of another length", { cells: "AAAA" }],
    ["that is no base64", { cells: "?".repeat(684) }],
    ["that is no text", { cells: 5 as never }],
  ])("is refused %s, by name", (_what, coverage) => {
    expect(() => serializeLook(lookOf({ ...schemaOf(), coverage }))).toThrow("coverage.cells");
    expect(() => new SeenColours(coverage)).toThrow("SeenColours coverage");
  });

  it("is measured on three planes", () => {
    const known = new SeenColours(coverageOf([]));
    expect(() => known.countUnseen(new Float32Array(4))).toThrow(
      "countUnseen colours: expected three planes, [3,P], received [4]",
    );
    expect(known.countUnseen(new Float32Array(0))).toBe(0);
  });
});
