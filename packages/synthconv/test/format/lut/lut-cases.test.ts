/** Random files of every text format, sound and damaged, against OpenColorIO: `fixtures/lut-cases.py` makes them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Lut } from "../../../src/colour/index.js";
import { FormatError } from "../../../src/core/index.js";
import { readLut } from "../../../src/format/index.js";
import { applyLut } from "../../../src/kernels/index.js";

interface Case {
  readonly extension: string;
  /** `sound`, or how it was damaged. */
  readonly how: string;
  readonly text: string;
  readonly colours: readonly number[];
  /** Null where OpenColorIO refuses the file. */
  readonly expected: readonly (number | null)[] | null;
}

const file = process.env.SYNTHCONV_LUT_CASES ?? new URL("fixtures/lut-cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as readonly Case[];
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = ({ text, extension }: Case): Lut => readLut(encode(text), `x.${extension}`).lut;

/** OpenColorIO runs a list of stages in float32: rounding grows on its way through steep tables. */
const tolerance = ({ extension }: Case): number => (extension === "clf" ? 5e-5 : 1e-5);

function errorOf(one: Case, lut: Lut): number {
  const interpolation = one.extension === "clf" ? "trilinear" : "tetrahedral";
  const values = applyLut(lut, Float64Array.from(one.colours), { interpolation });
  const errors = (one.expected ?? []).map((value, at) => {
    // Between entries as large as float32 can say, OpenColorIO overflows.
    if (value === null || Math.abs(value) > 1e37) return 0;
    return Math.abs((values[at] as number) - value) / Math.max(1, Math.abs(value));
  });
  return errors.reduce((most, error) => (error <= most ? most : error), 0);
}

describe.each([...new Set(cases.map(({ extension }) => extension))])("random .%s files", (extension) => {
  const own = cases.filter((one) => one.extension === extension);

  it("are all read where they are sound, to OpenColorIO's values", () => {
    const sound = own.filter(({ how }) => how === "sound");
    expect(sound.filter(({ expected }) => expected !== null).length).toBeGreaterThan(0.6 * sound.length);
    for (const one of sound) expect(errorOf(one, read(one)), one.text).toBeLessThan(tolerance(one));
  });

  it("are refused where they are damaged so that OpenColorIO refuses them, or mean what they mean to it", () => {
    const damaged = own.filter(({ how }) => how !== "sound");
    expect(damaged.some(({ expected }) => expected === null)).toBe(true);
    for (const one of damaged) {
      let lut: Lut | undefined;
      try {
        lut = read(one);
      } catch (error) {
        expect(error, one.text).toBeInstanceOf(FormatError);
        expect((error as Error).message).toMatch(
          new RegExp(`^x\\.${extension}(, line \\d+)?: expected .*, received `),
        );
        continue;
      }
      expect(one.expected, `${one.how}: ${one.text}`).not.toBeNull();
      expect(errorOf(one, lut), one.text).toBeLessThan(tolerance(one));
    }
  });
});
