import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { relativeError } from "../../../../../test-support/numbers.js";
import { grad, type Tensor, tensor } from "../../../src/autograd/index.js";
import {
  addProduct,
  allocateSums,
  availableBackends,
  type MatrixProduct,
  type ProductSize,
  setBackend,
} from "../../../src/kernels/index.js";
import { conv2d, linear } from "../../../src/ops/index.js";

import { type DrawName, drawNames, draws, ownRoundingError, roundingError } from "../accuracy-cases.js";

const TOLERANCE = 1e-6;

afterEach(() => setBackend(undefined));

type Factors = Omit<MatrixProduct, "out">;

function productOf(size: ProductSize, a: DrawName, b: DrawName, transposed: MatrixProduct["transposed"]) {
  const factors = {
    a: draws[a](size.rows * size.inner, "a"),
    b: draws[b](size.inner * size.columns, "b"),
  };
  return { ...size, ...factors, ...(transposed && { transposed }) };
}

function inFloat64({ a, b, ...rest }: Factors, map: (value: number) => number = (value) => value) {
  const out = new Float64Array(rest.rows * rest.columns);
  addProduct({ ...rest, a: Float64Array.from(a, map), b: Float64Array.from(b, map), out });
  return out;
}

/** Of the largest entry, and of every entry by itself. */
function errorsOf(product: Factors): readonly [number, number] {
  const out = allocateSums(product.rows * product.columns, product, product.a, 1);
  addProduct({ ...product, out });
  const [expected, magnitudes] = [inFloat64(product), inFloat64(product, Math.abs)];
  return [roundingError(out, expected, magnitudes), ownRoundingError(out, expected, magnitudes)];
}

const withKernels = availableBackends().filter((backend) => backend !== "reference");

describe.each(withKernels)("rounding on the %s backend", (backend) => {
  beforeEach(() => setBackend(backend));

  it("of every entry of a product is at most 1e-6 of its own sum of magnitudes, whatever the numbers", () => {
    const inner = fc.oneof(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 120, max: 140 }),
      fc.integer({ min: 1000, max: 1100 }),
      fc.integer({ min: 2000, max: 6000 }),
    );
    const kind = fc.constantFrom(...drawNames);
    const form = fc.constantFrom(undefined, "a" as const, "b" as const);
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, inner, kind, kind, form, (rows, columns, inner, a, b, transposed) => {
        for (const error of errorsOf(productOf({ rows, columns, inner }, a, b, transposed)))
          expect(error).toBeLessThanOrEqual(TOLERANCE);
      }),
      { numRuns: 60 },
    );
  });

  // Sums of 128 have more roundings at full size than any other where they stay in registers.
  it.each([128, 1024])("of 40,000 sums of %d with bright pixels is at most 1e-6 of the largest", (inner) => {
    const size = { rows: 40, columns: 1000, inner };
    expect(errorsOf(productOf(size, "lognormal", "bright pixels", undefined))[0]).toBeLessThanOrEqual(
      TOLERANCE,
    );
  });

  it("of a sum of a million equal numbers is that of its result", () => {
    // Float32 sums that are never brought to float64 lose 6e-5.
    const size = { rows: 2, columns: 2, inner: 2 ** 20 };
    const a = new Float32Array(size.rows * size.inner).fill(0.1);
    const b = new Float32Array(size.columns * size.inner).fill(1);
    const out = allocateSums(4, size, a, 1);
    addProduct({ ...size, a, b, transposed: "b", out });
    const expected = new Float64Array(4).fill(2 ** 20 * Math.fround(0.1));
    expect(relativeError(out, expected)).toBeLessThanOrEqual(5e-7);
  });

  it("of a sum of 3000 that cancels is that of its result", () => {
    const numbers = (kind: DrawName, length: number, purpose: string, dtype: "float32" | "float64") =>
      tensor(Array.from(draws[kind](length, purpose)), { shape: [length, 1], dtype, requiresGrad: true });
    const gradients = (dtype: "float32" | "float64") => {
      const x = numbers("normal", 1, "x", dtype);
      const y = linear(x, numbers("normal", 3000, "weight", dtype));
      const seed = tensor(Array.from(draws.normal(3000, "upstream")), { shape: [1, 3000], dtype });
      return (grad(y, [x], { seed })[0] as Tensor).data;
    };
    expect(relativeError(gradients("float32"), gradients("float64"))).toBeLessThanOrEqual(2 ** -24);
  });

  it.each([1, 3, 8, 32])(
    "of 4x4 convolutions of %i channels of 1000 + noise is at most 2e-6 of the largest",
    (channels) => {
      const passes = (dtype: "float32" | "float64") => {
        const leaf = (kind: DrawName, shape: readonly number[]) => {
          const length = shape.reduce((product, side) => product * side, 1);
          return tensor(Array.from(draws[kind](length, shape.join())), { shape, dtype, requiresGrad: true });
        };
        const leaves = [
          leaf("1000 + noise", [1, channels, 40, 40]),
          leaf("normal", [8, channels, 4, 4]),
        ] as const;
        const y = conv2d(...leaves, undefined, { padding: 1 });
        return [y, ...grad(y, [...leaves], { seed: leaf("normal", y.shape) })].map(({ data }) => data);
      };
      const expected = passes("float64");
      passes("float32").forEach((actual, pass) => {
        expect(relativeError(actual, expected[pass] ?? [])).toBeLessThanOrEqual(2e-6);
      });
    },
  );
});
