import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runFfmpeg } from "../../../../../../test-support/ffmpeg.js";
import { randomCube } from "../../../../../../test-support/luts.js";
import { needTool } from "../../../../../../test-support/needs.js";
import { largestDifference, uniformNumbers } from "../../../../../../test-support/numbers.js";
import {
  identityCube,
  type Lut,
  type Lut1D,
  type Lut3D,
  type RgbTriple,
  UNIT_DOMAIN,
} from "../../../../src/colour/index.js";
import { NonFiniteError, ValueError } from "../../../../src/core/index.js";
import { readCube, writeCube } from "../../../../src/format/index.js";
import { applyLut } from "../../../../src/kernels/index.js";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const table = (rows: number): fc.Arbitrary<Float32Array> =>
  fc.array(float, { minLength: 3 * rows, maxLength: 3 * rows }).map((values) => Float32Array.from(values));
const bound = fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => value + 0);
const span = fc.double({ min: 1e-3, max: 1000, noNaN: true });

function domain(mins: RgbTriple, spans: RgbTriple) {
  const max = (channel: 0 | 1 | 2): number => mins[channel] + spans[channel];
  return { domainMin: mins, domainMax: [max(0), max(1), max(2)] as const };
}
const anyDomain = fc
  .tuple(fc.tuple(bound, bound, bound), fc.tuple(span, span, span))
  .map(([mins, spans]) => domain(mins, spans));
const evenDomain = fc.tuple(bound, span).map(([min, s]) => domain([min, min, min], [s, s, s]));
const size = fc.integer({ min: 2, max: 5 });

const cubeOf = (domains: typeof anyDomain) =>
  fc
    .tuple(size, domains)
    .chain(([n, d]) =>
      table(n ** 3).map((values): Lut3D => ({ kind: "lut3d", size: n, table: values, ...d })),
    );
const shaperOf = (domains: typeof anyDomain) =>
  fc
    .tuple(size, domains)
    .chain(([n, d]) => table(n).map((values): Lut1D => ({ kind: "lut1d", size: n, table: values, ...d })));
const anyLut: fc.Arbitrary<Lut> = fc.oneof(
  cubeOf(anyDomain).map((cube) => ({ stages: [cube] })),
  shaperOf(anyDomain).map((shaper) => ({ stages: [shaper] })),
  fc.tuple(shaperOf(evenDomain), cubeOf(evenDomain)).map((stages) => ({ title: "A look", stages })),
);

describe("writeCube", () => {
  it("writes what readCube reads back, to the bit", () => {
    // A float32 of -0 is written as 0: files with "-0" puzzle people.
    fc.assert(
      fc.property(anyLut, (lut) => {
        expect(readCube(writeCube(lut), "a file")).toEqual(lut);
      }),
    );
  });

  it("writes few digits, the title, comments, and no domain where it is 0..1", () => {
    const cube = identityCube(3);
    cube.table.set([0.1, 1 / 3, 9.15541e-5]);
    const lines = text(
      writeCube({ title: "A look", stages: [cube] }, { comments: ["one\ntwo", "three"] }),
    ).split("\n");
    expect(lines.slice(0, 6)).toEqual([
      'TITLE "A look"',
      "# one",
      "# two",
      "# three",
      "LUT_3D_SIZE 3",
      "0.1 0.33333334 0.0000915541",
    ]);
    expect(lines).toHaveLength(5 + 27 + 1);
  });

  it("writes Adobe's domain for one table and Resolve's ranges for two", () => {
    const cube = { ...identityCube(2), domainMin: [-1, -1, -1] as const };
    const shaper: Lut1D = { kind: "lut1d", size: 2, table: new Float32Array(6), ...UNIT_DOMAIN };
    expect(text(writeCube({ stages: [cube] }))).toContain(
      "LUT_3D_SIZE 2\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 1 1 1\n",
    );
    expect(text(writeCube({ stages: [shaper, cube] }))).toContain(
      "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 1\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE -1 1\n0 0 0\n",
    );
  });

  it("lets no title and no comment break the file", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (wild) => {
        const bytes = writeCube({ title: wild, stages: [identityCube(2)] }, { comments: [wild] });
        expect(readCube(bytes, "a file").stages).toEqual([identityCube(2)]);
        // ffmpeg reads 511 bytes as a line and takes the rest for another.
        for (const line of text(bytes).split("\n")) expect(Buffer.byteLength(line)).toBeLessThan(511);
      }),
    );
    expect(text(writeCube({ title: 'A "new"\nlook', stages: [identityCube(2)] }))).toMatch(
      /^TITLE "A 'new' look"\n/,
    );
  });

  it("writes lattices that ffmpeg applies as applyLut does", (context) => {
    needTool(context, "ffmpeg");
    const lut: Lut = { title: 'A "look"', stages: [randomCube(33)] };
    const colours = uniformNumbers(3 * 5000, "colours");
    const bytes = writeCube(lut, { comments: [`written by a test, ${"x".repeat(1000)}`] });
    const expected = runFfmpeg({
      colours,
      filter: "lut3d=file=FILE0:interp=tetrahedral",
      files: [{ bytes, extension: "cube" }],
    });
    expect(largestDifference(applyLut(lut, colours), expected)).toBeLessThan(3e-6);
  });

  it("writes curves that ffmpeg applies as applyLut does", (context) => {
    needTool(context, "ffmpeg");
    const lut: Lut = {
      stages: [{ kind: "lut1d", size: 64, table: uniformNumbers(3 * 64, "curves"), ...UNIT_DOMAIN }],
    };
    const colours = uniformNumbers(3 * 5000, "colours");
    const expected = runFfmpeg({
      colours,
      filter: "lut1d=file=FILE0:interp=linear",
      files: [{ bytes: writeCube(lut), extension: "cube" }],
    });
    expect(largestDifference(applyLut(lut, colours), expected)).toBeLessThan(3e-6);
  });

  it("refuses what no reader takes", () => {
    const cube = identityCube(2);
    const shaper: Lut1D = { kind: "lut1d", size: 2, table: new Float32Array(6), ...UNIT_DOMAIN };
    expect(() => writeCube({ stages: [] })).toThrow(
      "writeCube: expected curves, a lattice, or curves before a lattice, received no stages.",
    );
    const long: Lut1D = { kind: "lut1d", size: 65537, table: new Float32Array(3 * 65537), ...UNIT_DOMAIN };
    expect(() => writeCube({ stages: [long] })).toThrow(ValueError);
    expect(() => writeCube({ stages: [long] })).toThrow(
      "writeCube: expected a size of at most 65536, received 65537",
    );
    expect(() => writeCube({ stages: [{ ...cube, table: cube.table.with(0, Number.NaN) }] })).toThrow(
      NonFiniteError,
    );
    expect(() => writeCube({ stages: [{ ...shaper, domainMax: [1, 2, 1] }, cube] })).toThrow(
      "writeCube: expected the same domain in every channel for a shaper before a lattice, received 0 0 0 to 1 2 1. Bake both into one lattice.",
    );
  });
});
