/** Planes with other rows and columns, against the place of every entry. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { implementationOf } from "../../../src/core/choices.js";
import { kernelFloats } from "../../../src/kernels/base/memory.js";
import { availableBackends, movePlanes, type Places, setBackend } from "../../../src/kernels/index.js";

afterEach(() => setBackend(undefined));

/** Any places: runs and single ones, forwards and backwards, and the constant. */
const placesOf = (size: number, most: number): fc.Arbitrary<Int32Array> => {
  const run = fc.record({
    from: fc.integer({ min: -1, max: size - 1 }),
    length: fc.constantFrom(1, 2, 3, 4, 5, 7, 16, 33),
    step: fc.constantFrom(1, 1, 1, -1, 0),
  });
  return fc
    .array(run, { maxLength: most })
    .map((runs) =>
      Int32Array.from(
        runs.flatMap(({ from, length, step }) =>
          Array.from({ length }, (_, i) =>
            from === -1 ? -1 : Math.min(size - 1, Math.max(0, from + i * step)),
          ),
        ),
      ),
    );
};

const places: fc.Arbitrary<Places> = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 5 }))
  .chain(([height, width, planes]) =>
    fc
      .tuple(placesOf(height, 6), placesOf(width, 5))
      .map(([rows, columns]) => ({ planes, from: [height, width] as const, rows, columns })),
  );

/** Every number says where it is from; the first is a NaN with a payload. */
function numbersOf({ planes, from }: Places, isDouble: boolean) {
  const type = isDouble ? Float64Array : Float32Array;
  const data = new type(planes * from[0] * from[1]).map((_, i) => i);
  new Uint32Array(data.buffer)[isDouble ? 1 : 0] = 0x7fc0_1234;
  return data;
}

function expectPlaced(one: Places, isDouble: boolean, value: number): void {
  const { planes, from, rows, columns } = one;
  const data = numbersOf(one, isDouble);
  const type = isDouble ? Float64Array : Float32Array;
  const to = new type(planes * rows.length * columns.length).fill(-5);
  kernelFloats(1 << 19).fill(-7);
  movePlanes(one, data, to, value);
  const expected = new type(to.length);
  const bits = (array: Float32Array | Float64Array) =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const constant = bits(type.of(value));
  const size = type.BYTES_PER_ELEMENT;
  const [source, target] = [bits(data), bits(expected)];
  let at = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (const row of rows) {
      for (const column of columns) {
        const place = ((plane * from[0] + row) * from[1] + column) * size;
        target.set(
          row === -1 || column === -1 ? constant : source.subarray(place, place + size),
          size * at++,
        );
      }
    }
  }
  expect(Buffer.from(bits(to)).equals(Buffer.from(target))).toBe(true);
}

describe.each(availableBackends())("planes with other borders, %s", (backend) => {
  it("have every entry in its place, to the bit", () => {
    setBackend(backend);
    fc.assert(fc.property(places, fc.boolean(), fc.constantFrom(0, 1.5, -0), expectPlaced), {
      numRuns: 150,
      seed: 3,
    });
  });

  it("have every entry in its place in several chunks, which begin within a plane", () => {
    setBackend(backend);
    const run = (first: number, length: number) => Array.from({ length }, (_, i) => first + i);
    const mirrored = (size: number) => Int32Array.of(2, 1, ...run(0, size), size - 2);
    const [rows, columns] = [Int32Array.of(-1, ...run(0, 150), -1), mirrored(301)];
    expectPlaced({ planes: 3, from: [150, 301], rows, columns }, false, 2);
    expectPlaced(
      { planes: 2, from: [150, 301], rows: mirrored(150), columns: Int32Array.from(run(3, 290)) },
      false,
      0,
    );
    expectPlaced(
      { planes: 1, from: [2, 40_000], rows: Int32Array.of(1, 0), columns: Int32Array.from(run(1, 39_999)) },
      false,
      0,
    );
  });
});

describe("the kernel of borders", () => {
  it.skipIf(availableBackends().length === 1)("moves float32, and what pays", () => {
    const one = (width: number): Places => ({
      planes: 1,
      from: [1, width],
      rows: Int32Array.of(0),
      columns: Int32Array.from({ length: width }, (_, i) => i),
    });
    const name = (width: number, isDouble: boolean) => {
      const data = numbersOf(one(width), isDouble);
      return implementationOf("border", () => movePlanes(one(width), data, data.slice()));
    };
    expect([name(1024, false), name(1023, false), name(1024, true)]).toEqual(["wasm", "loops", "loops"]);
  });
});
