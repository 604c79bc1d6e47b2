/** Powers on the kernel: how far they are from float64, and what they give beyond the kernel's domain. */
import { afterEach, describe, expect, it } from "vitest";
import { tensor } from "../../../src/autograd/creation.js";
import { grad } from "../../../src/autograd/index.js";
import type { Tensor } from "../../../src/autograd/tensor.js";
import { implementationOf } from "../../../src/core/choices.js";
import type { FloatArray } from "../../../src/core/index.js";
import { availableBackends, setBackend } from "../../../src/kernels/index.js";
import { pow } from "../../../src/ops/index.js";

afterEach(() => setBackend(undefined));

/** A power and the gradients of its bases, under these upstream gradients. */
function passed(
  base: FloatArray,
  exponent: FloatArray | number,
  upstream: FloatArray,
): readonly [FloatArray, FloatArray] {
  const [rows, columns] = [9, base.length / 9];
  const a = tensor(base, { shape: [rows, columns], requiresGrad: true });
  const b =
    typeof exponent === "number"
      ? exponent
      : tensor(exponent, { shape: exponent.length === base.length ? [rows, columns] : [rows, 1] });
  const y = pow(a, b);
  const [gradient] = grad(y, [a], { seed: tensor(upstream, { shape: y.shape }) }) as [Tensor];
  return [y.data, gradient.data];
}

const COUNT = 9 * 1000;

/** Evenly between the exponents of 2 from -18 to 18. */
function spread(): Float32Array {
  return Float32Array.from({ length: COUNT }, (_, i) => 2 ** ((36 * i) / COUNT - 18));
}

function largestShare(actual: FloatArray, exact: FloatArray): number {
  let largest = 0;
  for (let i = 0; i < exact.length; i++) {
    const size = Math.abs(exact[i] as number);
    // Smaller ones have fewer digits in float32, larger ones are none of it.
    if (size < 2 ** -126 || size > 3e38) continue;
    const share = Math.abs((actual[i] as number) - (exact[i] as number)) / size;
    largest = Math.max(largest, Number.isNaN(share) ? Number.POSITIVE_INFINITY : share);
  }
  return largest;
}

const ones = new Float32Array(COUNT).fill(1);

describe.each(availableBackends().filter((backend) => backend !== "reference"))("powers, %s", (backend) => {
  const EXPONENTS = [0.3, 0.5, 1.7, 2, 3, 7, -0.4, -1, -2.5, 6.9];

  it.each(EXPONENTS)("^%d is as near to float64 as is documented", (number) => {
    setBackend(backend);
    const exponent = Math.fround(number);
    const exact = passed(Float64Array.from(spread()), exponent, Float64Array.from(ones));
    const actual = passed(spread(), exponent, ones);
    expect(largestShare(actual[0], exact[0])).toBeLessThan(8e-8);
    expect(largestShare(actual[1], exact[1])).toBeLessThan(8e-8);
  });

  it.each([2, 3, -1, -2, 5])("of numbers below 0 has the sign of ^%d", (exponent) => {
    setBackend(backend);
    const numbers = spread().map((value) => -value);
    const exact = passed(Float64Array.from(numbers), exponent, Float64Array.from(ones));
    const actual = passed(numbers, exponent, ones);
    expect(largestShare(actual[0], exact[0])).toBeLessThan(8e-8);
    expect(largestShare(actual[1], exact[1])).toBeLessThan(8e-8);
  });

  it("has an exponent for each number, and for each row", () => {
    setBackend(backend);
    for (const count of [COUNT, 9]) {
      const exponents = Float32Array.from({ length: count }, (_, i) => 3 * Math.sin(i));
      const exact = passed(
        Float64Array.from(spread()),
        Float64Array.from(exponents),
        Float64Array.from(ones),
      );
      const actual = passed(spread(), exponents, ones);
      expect(largestShare(actual[0], exact[0])).toBeLessThan(8e-8);
      expect(largestShare(actual[1], exact[1])).toBeLessThan(8e-8);
    }
  });
});

const BASES = [Number.NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 1e-39, 3e38, -3e38, 1, -1, -2, 0.5];
const POWERS = [Number.NaN, Infinity, -Infinity, 0, -0, 1, 2, 3, -1, -2, 0.5, -0.5, 1.7, 1e-30, 1e30, 300];
const UPSTREAM = [1, Number.NaN, Infinity, -Infinity, 0, -0, 1e-45, 1e30, -2];

describe("beyond the domain of the kernel", () => {
  it.each(POWERS)("^%d gives what the reference gives, among numbers that are within", (exponent) => {
    // Each special base beside each gradient, in blocks of 64 and in their middle.
    const length = 9 * 7 * BASES.length * UPSTREAM.length;
    const numbers = Float32Array.from({ length }, (_, i) =>
      i % 7 === 3 ? (BASES[Math.floor(i / 7) % BASES.length] as number) : 0.5 + i / length,
    );
    const upstream = Float32Array.from({ length }, (_, i) => UPSTREAM[i % UPSTREAM.length] as number);
    for (const b of [exponent, new Float32Array(length).fill(exponent)]) {
      setBackend("reference");
      const expected = passed(numbers, b, upstream);
      setBackend("plain");
      const actual = passed(numbers, b, upstream);
      const others = ([0, 1] as const).flatMap((part) =>
        Array.from(expected[part], (e, i) => {
          const x = actual[part][i] as number;
          const isSame = Object.is(x, e) || (x !== 0 && Math.abs(x - e) <= 1.2e-7 * Math.abs(e) + 1.5e-45);
          return isSame ? [] : [`${part} at ${numbers[i]}, upstream ${upstream[i]}: ${x} for ${e}`];
        }).flat(),
      );
      expect(others).toEqual([]);
    }
  });
});

describe("what runs on the kernel", () => {
  const ran = (x: Tensor): string | undefined =>
    implementationOf("power of entries", () => {
      pow(x, 1.7);
    });

  it("is float32 of 64 numbers and more, where there is one", () => {
    setBackend("plain");
    expect(ran(tensor(new Float32Array(64)))).toBe("wasm");
    expect(ran(tensor(new Float32Array(63)))).toBe("reference");
    expect(ran(tensor(new Float64Array(64)))).toBe("reference");
    setBackend("reference");
    expect(ran(tensor(new Float32Array(64)))).toBe("reference");
  });
});
