import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { normalNumbers, relativeError } from "../../../../../test-support/numbers.js";
import {
  addProduct,
  allocateSums,
  availableBackends,
  type MatrixProduct,
  type ProductSize,
  setBackend,
} from "../../../src/kernels/index.js";

const TOLERANCE = 1e-6;

type Form = MatrixProduct["transposed"];
const forms: Form[] = [undefined, "a", "b"];

afterEach(() => setBackend(undefined));

function factors({ rows, columns, inner }: ProductSize) {
  return { a: normalNumbers(rows * inner, "a"), b: normalNumbers(inner * columns, "b") };
}

function inFloat64({ a, b, ...product }: MatrixProduct): Float64Array {
  const out = new Float64Array(product.rows * product.columns);
  addProduct({ ...product, a: Float64Array.from(a), b: Float64Array.from(b), out });
  return out;
}

function multiply(product: Omit<MatrixProduct, "out">) {
  const out = allocateSums(product.rows * product.columns, product, product.a, 1);
  addProduct({ ...product, out });
  return out;
}

describe.each(availableBackends())("a product of matrices on the %s backend", (backend) => {
  describe.each(forms)("with transposed: %s", (transposed) => {
    it("agrees with float64 at any size", () => {
      setBackend(backend);
      const side = fc.integer({ min: 0, max: 40 });
      fc.assert(
        fc.property(side, side, side, (rows, columns, inner) => {
          const size = { rows, columns, inner };
          const product = { ...size, ...factors(size), ...(transposed && { transposed }) };
          const error = relativeError(multiply(product), inFloat64({ ...product, out: new Float64Array(0) }));
          expect(error).toBeLessThan(TOLERANCE);
        }),
        { numRuns: 40, seed: 3 },
      );
    });

    it("NaN and Infinity reach their own row or column and nothing else", () => {
      setBackend(backend);
      const size = { rows: 21, columns: 19, inner: 13 };
      const { a, b } = factors(size);
      a[transposed === "a" ? 3 * size.rows + 20 : 20 * size.inner + 3] = Number.NaN;
      b[transposed === "b" ? 18 * size.inner + 5 : 5 * size.columns + 18] = Number.POSITIVE_INFINITY;
      const out = multiply({ ...size, a, b, ...(transposed && { transposed }) });
      for (let row = 0; row < size.rows; row++) {
        for (let column = 0; column < size.columns; column++) {
          const value = out[row * size.columns + column] as number;
          if (row === 20) expect(value).toBeNaN();
          else expect(Number.isFinite(value), `${row}, ${column}`).toBe(column !== 18);
        }
      }
    });
  });

  it("adds to what the result holds, float32 or float64", () => {
    setBackend(backend);
    const size = { rows: 9, columns: 33, inner: 40 };
    const product = { ...size, ...factors(size) };
    const before = normalNumbers(size.rows * size.columns, "before");
    const expected = inFloat64({ ...product, out: new Float64Array(0) }).map(
      (sum, index) => sum + (before[index] as number),
    );
    for (const out of [before.slice(), Float64Array.from(before)]) {
      addProduct({ ...product, out });
      expect(relativeError(out, expected)).toBeLessThan(TOLERANCE);
    }
  });

  // One sum of more than 4096 is folded in between, and adds to what the fold before it wrote.
  it.each([40, 5000])("a fresh result of sums of %d has the bits of one that is read", (inner) => {
    setBackend(backend);
    const size = { rows: 9, columns: 33, inner };
    const product = { ...size, ...factors(size) };
    const results = [false, true].map((isFresh) => {
      const out = new Float32Array(9 * 33);
      addProduct({ ...product, out, isFresh });
      return out;
    });
    expect(results[1]).toEqual(results[0]);
  });

  it("an entry is the same bits whichever rows and columns are calculated with it", () => {
    setBackend(backend);
    const size = { rows: 300, columns: 600, inner: 300 };
    const { a, b } = factors(size);
    const whole = multiply({ ...size, a, b });
    const rows = multiply({ ...size, rows: 37, a: a.subarray(7 * 300, 44 * 300), b });
    expect(rows).toEqual(whole.slice(7 * 600, 44 * 600));
  });
});
