/** Products of many small matrices on the kernel against float64, and the gradients of both factors. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { tensor } from "../../../src/autograd/creation.js";
import { grad } from "../../../src/autograd/index.js";
import { implementationOf } from "../../../src/core/choices.js";
import { setBackend } from "../../../src/kernels/index.js";
import { matmul } from "../../../src/ops/index.js";

afterEach(() => setBackend(undefined));

type Floats = Float32Array | Float64Array;

function products(
  a: Floats,
  b: Floats,
  [count, rows, inner, columns]: readonly [number, number, number, number],
) {
  const x = tensor(a, { shape: [count, rows, inner], requiresGrad: true });
  const y = tensor(b, { shape: [count, inner, columns], requiresGrad: true });
  const z = matmul(x, y);
  const upstream = z.data.map((_, i) => Math.fround(Math.cos(i)));
  return [z, ...grad(z, [x, y], { seed: tensor(upstream, { shape: z.shape }) })].map(({ data }) => data);
}

describe("products of small matrices", () => {
  it("and their gradients are those of float64, whatever their sizes", () => {
    setBackend("plain");
    const side = fc.integer({ min: 1, max: 32 });
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), side, side, side, (count, rows, inner, columns) => {
        const sizes = [count, rows, inner, columns] as const;
        const a = Float32Array.from({ length: count * rows * inner }, (_, i) => Math.sin(i * i));
        const b = Float32Array.from({ length: count * inner * columns }, (_, i) => Math.sin(3 * i * i));
        const actual = products(a, b, sizes);
        const exact = products(Float64Array.from(a), Float64Array.from(b), sizes);
        // Of sums of up to 32 products of numbers below 1.
        const differences = exact.map((values, which) =>
          Array.from(values).reduce(
            (most, value, i) => Math.max(most, Math.abs(value - (actual[which]?.[i] ?? Number.NaN))),
            0,
          ),
        );
        expect(Math.max(...differences)).toBeLessThan(4e-6);
      }),
      { numRuns: 20 },
    );
  });

  it("run together where none is broadcast, there are four, and sums are short", () => {
    setBackend("plain");
    const ran = (
      a: readonly number[],
      b: readonly number[],
      Type: typeof Float32Array | typeof Float64Array,
    ) => {
      const of = (shape: readonly number[]) =>
        tensor(new Type(shape.reduce((size, side) => size * side, 1)), { shape: [...shape] });
      return implementationOf("products of small matrices", () => {
        matmul(of(a), of(b));
      });
    };
    expect(ran([5, 3, 8, 8], [5, 3, 8, 8], Float32Array)).toBe("together");
    expect(ran([4, 8, 32], [4, 32, 8], Float32Array)).toBe("together");
    expect(ran([4, 8, 33], [4, 33, 8], Float32Array)).toBe("one by one");
    expect(ran([3, 8, 8], [3, 8, 8], Float32Array)).toBe("one by one");
    expect(ran([4, 8, 8], [4, 8, 8], Float64Array)).toBe("one by one");
    expect(ran([4, 8, 8], [8, 8], Float32Array)).toBeUndefined();
  });

  it("keep a NaN and an infinity where they belong", () => {
    setBackend("plain");
    const sizes = [6, 3, 5, 7] as const;
    const a = new Float32Array(6 * 15).fill(1);
    const b = new Float32Array(6 * 35).fill(1);
    a[17] = Number.NaN;
    b[6 * 35 - 1] = Infinity;
    const actual = products(a, b, sizes);
    setBackend("reference");
    const expected = products(a, b, sizes);
    expected.forEach((exact, which) => {
      for (let i = 0; i < exact.length; i++) {
        const [value, wanted] = [actual[which]?.[i] as number, exact[i] as number];
        expect(Object.is(value, wanted) || Math.abs(value - wanted) < 1e-5, `${which} [${i}]: ${value}`).toBe(
          true,
        );
      }
    });
  });
});
