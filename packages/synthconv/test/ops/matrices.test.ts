/** Transposes and other moves, which exchange the axes of matrices, against the index of every entry. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { grad, tensor } from "../../src/autograd/index.js";
import { stridesOf } from "../../src/core/shape.js";
import { flip, slice, transpose } from "../../src/ops/index.js";
import { matricesOf } from "../../src/ops/matrices.js";

// Around the least and the largest side of a tile, and of one that is filled by two.
const SIZES = [1, 2, 7, 8, 9, 31, 32, 33, 65];

/** Up to four axes of a few thousand entries, in any order. */
const moved = fc
  .array(fc.constantFrom(...SIZES), { minLength: 1, maxLength: 4 })
  .filter((shape) => shape.reduce((product, size) => product * size, 1) <= 20_000)
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      order: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      isDouble: fc.boolean(),
    }),
  );

function countTo(length: number, isDouble: boolean): Float32Array | Float64Array {
  const numbers = Array.from({ length }, (_, i) => i);
  return isDouble ? Float64Array.from(numbers) : Float32Array.from(numbers);
}

it("a transpose has each entry in its place, and its gradient takes each one back", () => {
  fc.assert(
    fc.property(moved, ({ shape, order, isDouble }) => {
      const size = shape.reduce((product, one) => product * one, 1);
      const x = tensor(countTo(size, isDouble), { shape, requiresGrad: true });
      const y = transpose(x, order);
      const [steps, own] = [stridesOf(shape), stridesOf(y.shape)];
      const expected = Float64Array.from({ length: size }, (_, at) =>
        order.reduce((from, axis, to) => {
          const index = Math.floor(at / (own[to] as number)) % (y.shape[to] as number);
          return from + index * (steps[axis] as number);
        }, 0),
      );
      expect(Buffer.from(Float64Array.from(y.data).buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      const [gradient] = grad(y, [x], { seed: y.detach() });
      expect(
        Buffer.from(gradient?.data.buffer as ArrayBuffer).equals(Buffer.from(x.data.buffer as ArrayBuffer)),
      ).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it("parts that are cut out and turned around move the same way", () => {
  const x = tensor(countTo(40 * 50, false), { shape: [40, 50], requiresGrad: true });
  const part = flip(
    transpose(
      slice(x, [
        [3, 39],
        [5, 45],
      ]),
    ),
    [0],
  );
  expect(part.shape).toEqual([40, 36]);
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < 36; j++) expect(part.data[i * 36 + j]).toBe((3 + j) * 50 + 44 - i);
  }
  const [gradient] = grad(part, [x], { seed: part.detach() });
  gradient?.data.forEach((value, at) => {
    const [row, column] = [Math.floor(at / 50), at % 50];
    const isInside = row >= 3 && row < 39 && column >= 5 && column < 45;
    expect(value).toBe(isInside ? at : 0);
  });
});

it("goes by matrices where two axes change places and are long enough, by rows elsewhere", () => {
  const isOfMatrices = (shape: number[], strides: number[]): boolean =>
    matricesOf(shape, strides) !== undefined;
  expect(isOfMatrices([8, 8], [1, 8])).toBe(true);
  expect(isOfMatrices([3, 40, 50], [2000, 1, 40])).toBe(true);
  expect(isOfMatrices([7, 8], [1, 7])).toBe(false);
  expect(isOfMatrices([8, 7], [1, 8])).toBe(false);
  expect(isOfMatrices([40, 50], [50, 1])).toBe(false);
  expect(isOfMatrices([40, 50], [-50, -1])).toBe(false);
});
