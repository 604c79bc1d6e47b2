import { describe, expect, it } from "vitest";
import { randomCube, tables } from "../../../../../test-support/luts.js";
import { largestDifference, uniformNumbers } from "../../../../../test-support/numbers.js";
import { identityCube, type Lut, type Lut1D, UNIT_DOMAIN } from "../../../src/colour/index.js";
import { ValueError } from "../../../src/core/index.js";
import { fitLut, readLut, type WritableLutFormat, writableLutFormats } from "../../../src/format/index.js";
import { applyLut } from "../../../src/kernels/index.js";

const FORMATS = writableLutFormats().map((format) => [format.title, format] as const);
const formatNamed = (name: string): WritableLutFormat => {
  const format = writableLutFormats().find((one) => one.name === name);
  if (format === undefined) throw new Error(`no ${name}`);
  return format;
};

/** The file of a transform, read again; pictures as whole numbers, as image files hold them. */
function through(format: WritableLutFormat, lut: Lut): Lut {
  if (format.source === "bytes") return readLut(format.write.encode(lut, {}), "x").lut;
  const { pixels, ...size } = format.write.encode(lut, {});
  const stored =
    pixels instanceof Uint8Array ? pixels : Uint16Array.from(pixels, (value) => Math.round(value * 65_535));
  return readLut({ pixels: stored, ...size }, "x", { layout: format.name }).lut;
}

const identityCurves: Lut1D = {
  kind: "lut1d",
  size: 5,
  table: Float32Array.from({ length: 15 }, (_, entry) => Math.floor(entry / 3) / 4),
  ...UNIT_DOMAIN,
};
const bent: Lut1D = {
  ...{ kind: "lut1d", size: 9, domainMin: [-0.1, -0.1, -0.1], domainMax: [2, 2, 2] },
  table: Float32Array.from({ length: 27 }, (_, entry) => (Math.floor(entry / 3) / 8) ** 0.5),
};
/** A look: smooth, different along every axis. */
const look = {
  ...identityCube(17),
  table: identityCube(17).table.map((value, at) => value ** (1.1 + 0.2 * (at % 3))),
};
const colours = uniformNumbers(3 * 400, "fit");

describe("every format's identity", () => {
  it.each(FORMATS)("is the identity, to the bit: %s", (_, format) => {
    const sizes = format.write.lattice ?? format.write.curves;
    for (const stage of [
      ...(format.write.curves ? [identityCurves] : []),
      ...(format.write.lattice ? [identityCube(9)] : []),
    ]) {
      for (const size of [undefined, ...[2, 3, 4, 5, 9, 16, 33].filter((one) => sizes?.holds(one))]) {
        const { lut } = fitLut({ stages: [stage] }, format, size === undefined ? {} : { size });
        expect(applyLut(through(format, lut), colours), `${stage.kind} ${size}`).toEqual(colours);
      }
    }
  });
});

describe("fitLut", () => {
  it.each(FORMATS.filter(([, { write }]) => write.lattice))(
    "changes nothing that it does not say: %s",
    (_, format) => {
      for (const stages of [[look], [bent, look], [bent], [randomCube(9)]]) {
        const lut: Lut = { title: "a look", stages };
        const { lut: fitted, changes } = fitLut(lut, format);
        const [before, after] = [lut, through(format, fitted)].map((one) =>
          applyLut(one, Float64Array.from(colours)),
        );
        const error = largestDifference(before ?? [], after ?? [1]);
        // Curves before a .csp's table are sampled when they are read.
        const rounding =
          format.write.levels === undefined ? (format.name === "csp" ? 1e-5 : 2e-6) : 1 / format.write.levels;
        if (changes.every((change) => change.startsWith("values are rounded")))
          expect(error).toBeLessThan(rounding);
        else expect(changes.join("\n")).toMatch(/sampled|clamped|lost/);
        expect(fitted.title).toBe("a look");
      }
    },
  );

  it("keeps curves before a lattice, and any list of stages, where the format has them", () => {
    const both: Lut = { stages: [bent, look] };
    for (const name of ["cube", "csp", "clf"])
      expect(fitLut(both, formatNamed(name))).toEqual({ lut: both, changes: [] });
    const matrix: Lut = {
      stages: [{ kind: "matrix", matrix: [1, 0.1, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0] }],
    };
    expect(fitLut(matrix, formatNamed("clf"))).toEqual({ lut: matrix, changes: [] });
  });

  it("says what is lost: domains, values beyond 0 to 1, bits, interpolation, stages", () => {
    const wide: Lut = {
      stages: [{ ...look, domainMax: [2, 2, 2], table: look.table.map((value) => 1.5 * value - 0.1) }],
    };
    expect(fitLut(wide, formatNamed("hald")).changes).toEqual([
      "colours outside of 0 to 1 are lost: the source takes 0 to 2",
      "a lattice: sampled as one lattice of 64 nodes per axis",
      expect.stringMatching(
        /^values from -0\.1 to 0\.\d+ are rounded|^values from -0\.1 to 0\.\d+ are clamped to 0 to 1$/,
      ),
      "values are rounded to 16 bits",
    ]);
    expect(
      fitLut({ stages: [{ ...look, interpolation: "trilinear" }] }, formatNamed("cube")).changes,
    ).toEqual(["it does not say how its lattice is interpolated: trilinear"]);
    expect(fitLut({ stages: [bent, look] }, formatNamed("spi3d")).changes).toEqual([
      "colours outside of 0 to 1 are lost: the source takes -0.1 to 2",
      "curves, a lattice: sampled as one lattice of 33 nodes per axis",
    ]);
    expect(fitLut({ stages: [bent, look] }, formatNamed("cube"), { size: 33 }).changes).toEqual([
      "the lattice of 17 is sampled anew with 33 nodes per axis",
    ]);
  });

  it("makes curves of what leaves channels apart, and refuses the rest for a format of curves", () => {
    const spi1d = formatNamed("spi1d");
    const stages: Lut["stages"] = [
      { kind: "exponent", style: "basicFwd", exponent: [2, 2, 2], offset: [0, 0, 0] },
      bent,
    ];
    const { lut, changes } = fitLut({ stages }, spi1d);
    expect(changes).toEqual(["powers, curves: sampled as curves of 4096 points"]);
    const [there] = applyLut({ stages }, Float64Array.of(0.5, 0.5, 0.5));
    expect(applyLut(through(spi1d, lut), Float64Array.of(0.5, 0.5, 0.5))[0]).toBeCloseTo(there ?? 0, 4);
    expect(() => fitLut({ stages: [look] }, spi1d)).toThrow(ValueError);
    expect(() => fitLut({ stages: [look] }, spi1d)).toThrow(
      "a .spi1d: expected a transform of each channel by itself, received one that mixes channels. It holds curves alone: choose a format with a lattice.",
    );
  });

  it("refuses sizes that the format does not hold", () => {
    expect(() => fitLut({ stages: [look] }, formatNamed("3dl"), { size: 20 })).toThrow(
      "a .3dl: expected a size of 5, 9, 17, 33, 65, 129, received 20",
    );
    expect(tables(fitLut({ stages: [look] }, formatNamed("3dl"), { size: 9 }).lut).cube?.size).toBe(9);
    // By itself it takes the largest that is held.
    expect(tables(fitLut({ stages: [identityCube(70)] }, formatNamed("3dl")).lut).cube?.size).toBe(65);
  });
});
