/** Matrices whose axes change places, against the place of every entry, in arrays that hold other numbers, too. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { implementationOf } from "../../../src/core/choices.js";
import { availableBackends, setBackend, transposeMatrix } from "../../../src/kernels/index.js";

afterEach(() => setBackend(undefined));

// Around vectors, lines of the cache, tiles, and the parts in which the kernel takes a matrix.
const SIDES = [1, 2, 3, 4, 5, 15, 16, 17, 31, 33, 64, 511, 512, 513, 520];

const matrix = fc
  .record({
    rows: fc.constantFrom(...SIDES),
    columns: fc.constantFrom(...SIDES),
    before: fc.integer({ min: 0, max: 5 }),
    between: fc.integer({ min: 0, max: 3 }),
    isDouble: fc.boolean(),
  })
  .filter(({ rows, columns }) => rows * columns <= 40_000);

const FILL = -1;

describe.each(availableBackends())("a transpose, %s", (backend) => {
  it("has every entry in its place and leaves what lies between alone", () => {
    setBackend(backend);
    fc.assert(
      fc.property(matrix, ({ rows, columns, before, between, isDouble }) => {
        const type = isDouble ? Float64Array : Float32Array;
        const [fromStep, toStep] = [columns + between, rows + 2 * between];
        const from = new type(before + rows * fromStep).map((_, i) => i);
        const to = new type(1 + columns * toStep).fill(FILL);
        transposeMatrix(
          { data: from, start: before, step: fromStep },
          { data: to, start: 1, step: toStep },
          rows,
          columns,
        );
        const expected = new type(to.length).fill(FILL);
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            expected[1 + column * toStep + row] = before + row * fromStep + column;
          }
        }
        expect(Buffer.from(to.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

it("runs on the kernel from 1024 numbers of float32 on, and keeps the bits of what is no number", () => {
  setBackend("plain");
  const bits = Uint32Array.from({ length: 32 * 32 }, (_, i) => 0x7fc00001 + i);
  const ran = (from: Float32Array | Float64Array, columns: number): string | undefined => {
    const to = from.slice();
    return implementationOf("transpose", () =>
      transposeMatrix({ data: from, start: 0, step: columns }, { data: to, start: 0, step: 32 }, 32, columns),
    );
  };
  expect(ran(new Float32Array(1024), 32)).toBe("wasm");
  expect(ran(new Float32Array(1024), 31)).toBe("tiles");
  expect(ran(new Float64Array(1024), 32)).toBe("tiles");
  const to = new Float32Array(32 * 32);
  transposeMatrix(
    { data: new Float32Array(bits.buffer), start: 0, step: 32 },
    { data: to, start: 0, step: 32 },
    32,
    32,
  );
  expect(new Uint32Array(to.buffer)[1]).toBe(bits[32]);
  setBackend("reference");
  expect(ran(new Float32Array(1024), 32)).toBe("tiles");
});
