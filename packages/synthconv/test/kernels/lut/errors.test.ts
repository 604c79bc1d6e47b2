import { describe, expect, it } from "vitest";
import { randomCube } from "../../../../../test-support/luts.js";
import type { Lut3D } from "../../../src/colour/index.js";
import { NonFiniteError, ShapeError, ValueError } from "../../../src/core/index.js";
import { type ApplyLutOptions, applyLut, type LutPixels } from "../../../src/kernels/index.js";

const cube = randomCube(3);

const withOptions = (options: ApplyLutOptions, pixels: LutPixels = new Float32Array(12)) => {
  return (): unknown => applyLut({ stages: [cube] }, pixels, options);
};

const withCube = (part: Partial<Lut3D>) => {
  return (): unknown => applyLut({ stages: [{ ...cube, ...part }] }, new Uint8Array(3));
};

const withEntry = (value: number) => withCube({ table: cube.table.slice().fill(value, 5, 6) });

function detached(): Uint8Array {
  const pixels = new Uint8Array(12);
  structuredClone(pixels, { transfer: [pixels.buffer] });
  return pixels;
}

const memory = new ArrayBuffer(100);

const cases: [
  string,
  () => unknown,
  typeof ShapeError | typeof ValueError | typeof NonFiniteError,
  string,
][] = [
  [
    "a part of a pixel",
    withOptions({}, new Uint8Array(10)),
    ShapeError,
    "applyLut pixels: expected a whole number of pixels of 3 values, received 10 values",
  ],
  [
    "RGB called RGBA",
    withOptions({ channels: 4 }, new Uint8Array(9)),
    ShapeError,
    "applyLut pixels: expected a whole number of pixels of 4 values, received 9 values",
  ],
  [
    "two channels",
    withOptions({ channels: 2 as 3 }),
    ValueError,
    "applyLut channels: expected 3 for RGB or 4 for RGBA, received 2",
  ],
  [
    "an unknown layout",
    withOptions({ layout: "tiled" as "planar" }),
    ValueError,
    'applyLut layout: expected one of interleaved, planar, received "tiled"',
  ],
  [
    "an unknown interpolation",
    withOptions({ interpolation: "cubic" as "trilinear" }),
    ValueError,
    'applyLut interpolation: expected one of tetrahedral, trilinear, received "cubic"',
  ],
  [
    "another kind of array",
    withOptions({}, new Int16Array(3) as unknown as LutPixels),
    ValueError,
    "applyLut pixels: expected a Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array or Float64Array, received an Int16Array of 3",
  ],
  [
    "no array",
    withOptions({}, null as unknown as LutPixels),
    ValueError,
    "applyLut pixels: expected a Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array or Float64Array, received null",
  ],
  [
    "detached pixels",
    withOptions({}, detached()),
    ValueError,
    "applyLut pixels: expected an array that holds its memory, received a detached one. It was transferred to another thread or to WebAssembly: copy it before.",
  ],
  [
    "a detached output",
    withOptions({ output: detached() }, new Uint8Array(12)),
    ValueError,
    "applyLut output: expected an array that holds its memory, received a detached one",
  ],
  [
    "an output of another kind",
    withOptions({ output: new Float32Array(12) }, new Uint8Array(12)),
    ValueError,
    "applyLut output: expected a Uint8Array, received a Float32Array",
  ],
  [
    "an output that is too short",
    withOptions({ output: new Float32Array(9) }),
    ShapeError,
    "applyLut output: expected as many values as the pixels, 12, received 9",
  ],
  [
    "an output that overlaps the pixels",
    withOptions({ output: new Uint8Array(memory, 3, 12) }, new Uint8Array(memory, 0, 12)),
    ValueError,
    "applyLut output: expected the pixels themselves or memory apart from them, received memory that overlaps them, 3 bytes away",
  ],
  [
    "NaN in the lattice",
    withEntry(Number.NaN),
    NonFiniteError,
    "applyLut stages[0]: expected finite numbers, received NaN in row 1",
  ],
  [
    "infinity in the lattice",
    withEntry(Number.NEGATIVE_INFINITY),
    NonFiniteError,
    "applyLut stages[0]: expected finite numbers, received -Infinity in row 1",
  ],
  [
    "a table of another size",
    withCube({ size: 4 }),
    ShapeError,
    "applyLut stages[0]: expected a table of [4,4,4,3], 192 numbers, received 81 numbers",
  ],
  [
    "a lattice of one node",
    withCube({ size: 1 }),
    ValueError,
    "applyLut stages[0]: expected a size that is a whole number of 2 or more, received 1",
  ],
  [
    "an empty domain",
    withCube({ domainMax: [1, 0, 1] }),
    ValueError,
    "applyLut stages[0]: expected a domain whose minimum lies below its maximum in every channel, received 0 0 0 to 1 0 1",
  ],
];

describe("applyLut refuses, and says why:", () => {
  it.each(cases)("%s", (_, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });

  it("a lattice with one number that is not finite, wherever it stands", () => {
    for (const size of [2, 3, 4, 5]) {
      for (let entry = 0; entry < 3 * size ** 3; entry++) {
        const table = new Float32Array(3 * size ** 3).fill(0.5);
        table[entry] = Number.POSITIVE_INFINITY;
        expect(() => applyLut({ stages: [{ ...cube, size, table }] }, new Uint8Array(6)), `${entry}`).toThrow(
          NonFiniteError,
        );
      }
    }
  });

  it("tables that are not sound leave the output as it was", () => {
    const output = new Uint8Array(6).fill(9);
    const table = cube.table.slice().fill(Number.NaN, 80);
    expect(() => applyLut({ stages: [{ ...cube, table }] }, new Uint8Array(6), { output })).toThrow(
      NonFiniteError,
    );
    expect(output).toEqual(new Uint8Array(6).fill(9));
  });
});
