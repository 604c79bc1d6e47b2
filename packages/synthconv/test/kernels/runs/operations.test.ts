/** Softmax, normalisation and losses on the kernel against float64 and the reference. */
import { afterEach, describe, expect, it } from "vitest";
import { tensor } from "../../../src/autograd/creation.js";
import { grad } from "../../../src/autograd/index.js";
import { type Observer, provenance, type Tensor } from "../../../src/autograd/tensor.js";
import { implementationOf } from "../../../src/core/choices.js";
import { setBackend } from "../../../src/kernels/index.js";
import { layerNorm, logSoftmax, softmax } from "../../../src/ops/index.js";
import { huber, l1, mse } from "../../../src/train/index.js";

afterEach(() => setBackend(undefined));

const ignore = (): void => undefined;

/** Sees everything and keeps nothing. */
const silent: Observer = new Proxy({} as Observer, { get: () => ignore });

interface Passed {
  readonly y: ArrayLike<number>;
  readonly gradient: ArrayLike<number>;
}

function passed(
  of: (x: Tensor) => Tensor,
  shape: readonly number[],
  data: Float32Array | Float64Array,
  upstream = data.map((_, i) => Math.fround(Math.sin(i))),
): Passed {
  const x = tensor(data, { shape: [...shape], requiresGrad: true });
  const y = of(x);
  const [gradient] = grad(y, [x], { seed: tensor(upstream, { shape: [...shape] }) }) as [Tensor];
  return { y: y.data, gradient: gradient.data };
}

describe.each([
  ["softmax", softmax],
  ["logSoftmax", logSoftmax],
] as const)("%s of lines", (_, of) => {
  const shapes = [
    [40, 7],
    [3, 1000],
    [9, 1023],
    [2, 5001],
    [1, 16_384],
    [4096, 1],
    [64, 64],
  ] as const;

  it.each(shapes)("of %d x %d is that of float64", (lines, length) => {
    setBackend("plain");
    const data = Float32Array.from({ length: lines * length }, (_, i) => 40 * Math.sin(i * i));
    const run = () => passed(of, [lines, length], data);
    expect(implementationOf("softmax of lines", run)).toBe("wasm");
    const [actual, exact] = [run(), passed(of, [lines, length], Float64Array.from(data))];
    for (let i = 0; i < data.length; i++) {
      const [y, e] = [actual.y[i] as number, exact.y[i] as number];
      expect(Math.abs(y - e)).toBeLessThanOrEqual(1e-6 * Math.abs(e) + 5e-16);
      const difference = Math.abs((actual.gradient[i] as number) - (exact.gradient[i] as number));
      // Of the gradient's terms: upstream gradients of at most 1, and the share of their sum.
      const terms = of === softmax ? 2 * e : 1 + Math.exp(e) * length;
      expect(difference).toBeLessThanOrEqual(1e-6 * terms + 1e-42);
    }
  });

  it("has infinities, NaN and what is masked as the reference has them", () => {
    const special = [-Infinity, -1e9, -100, -90, Number.NaN, Infinity, 3e38, -3e38];
    const data = Float32Array.from({ length: 9 * 100 }, (_, i) => i / 50);
    special.forEach((value, line) => {
      data[line * 100 + 31] = value;
    });
    data.fill(-Infinity, 800, 900);
    setBackend("reference");
    const expected = passed(of, [9, 100], data);
    setBackend("plain");
    const actual = passed(of, [9, 100], data);
    for (const part of ["y", "gradient"] as const) {
      for (let i = 0; i < data.length; i++) {
        const [a, e] = [actual[part][i] as number, expected[part][i] as number];
        const isSame = Object.is(a + 0, e + 0) || Math.abs(a - e) <= 1e-6 * Math.abs(e) + 1e-7;
        expect(isSame, `${part}[${i}]: ${a} for ${e}`).toBe(true);
      }
    }
  });

  // In whole turns of four vectors, or four rows, and in what is left of them: a whole vector, a part of one.
  it.each([
    ["a line", [2, 38], 1, -1],
    ["a column", [11, 20], 20, 0],
  ] as const)("notices a number without digits wherever in %s it lies", (_place, shape, step, axis) => {
    const length = axis === 0 ? shape[0] : shape[1];
    for (const special of [-95, Number.NaN]) {
      for (let place = 0; place < length; place++) {
        const data = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i));
        const upstream = data.map((_, i) => Math.cos(i));
        data[place * step] = special;
        // Beside another number the product with a denormal share would not be seen.
        upstream[place * step] = 0;
        const run = () => passed((x) => of(x, axis), shape, data, upstream);
        setBackend("reference");
        const expected = run();
        setBackend("plain");
        const actual = run();
        for (const part of ["y", "gradient"] as const) {
          const [a, e] = [actual[part][place * step] as number, expected[part][place * step] as number];
          const isSame = Object.is(a, e) || Math.abs(a - e) <= 1e-6 * Math.abs(e) + 3e-45;
          expect(isSame, `${part} of ${special} at ${place}: ${a} for ${e}`).toBe(true);
        }
      }
    }
  });

  const blocks = [
    [2, 7, 50],
    [3, 100, 17],
    [1, 1000, 16],
    [2, 3, 4097],
  ] as const;

  it.each(blocks)("over the channels of [%d,%d,%d] is that of lines", (batch, channels, pixels) => {
    setBackend("plain");
    const shape = [batch, channels, pixels];
    const data = Float32Array.from({ length: batch * channels * pixels }, (_, i) => 40 * Math.sin(i * i));
    // Among them columns that are the reference's.
    data[channels * pixels - 1] = -Infinity;
    data[3] = Number.NaN;
    const run = () => passed((x) => of(x, 1), shape, data);
    expect(implementationOf("softmax of lines", run)).toBe("wasm columns");
    const actual = run();
    setBackend("reference");
    const expected = run();
    for (const part of ["y", "gradient"] as const) {
      for (let i = 0; i < data.length; i++) {
        const [a, e] = [actual[part][i] as number, expected[part][i] as number];
        const isSame = Object.is(a + 0, e + 0) || Math.abs(a - e) <= 1e-6 * Math.abs(e) + 2e-6 / channels;
        expect(isSame, `${part}[${i}]: ${a} for ${e}`).toBe(true);
      }
    }
  });

  it("of long lines, few columns and float64 runs in loops", () => {
    setBackend("plain");
    const ran = (x: Tensor, axis = -1): string | undefined =>
      implementationOf("softmax of lines", () => {
        of(x, axis);
      });
    expect(ran(tensor(new Float32Array(300), { shape: [20, 15] }), 0)).toBe("reference");
    expect(ran(tensor(new Float32Array(16_385)))).toBe("reference");
    expect(ran(tensor(new Float32Array(1025 * 16), { shape: [1025, 16] }), 0)).toBe("reference");
    expect(ran(tensor(new Float64Array(400)))).toBe("reference");
  });
});

describe("normalisation", () => {
  it("on a mean a million times the spread loses no more digits than the numbers have", () => {
    setBackend("plain");
    const data = Float32Array.from({ length: 3 * 5001 }, (_, i) => 1e6 + 4 * Math.sin(i * i));
    const run = () => passed((x) => layerNorm(x), [3, 5001], data);
    expect(implementationOf("normalisation", run)).toBe("wasm");
    const [actual, exact] = [run(), passed((x) => layerNorm(x), [3, 5001], Float64Array.from(data))];
    for (let i = 0; i < data.length; i++) {
      expect(actual.y[i]).toBeCloseTo(exact.y[i] as number, 6);
      expect(actual.gradient[i]).toBeCloseTo(exact.gradient[i] as number, 6);
    }
  });
});

describe.each([
  ["mse", mse],
  ["l1", l1],
  ["huber", huber],
] as const)("the loss %s", (_, loss) => {
  const gradients = (a: Float32Array | Float64Array, b: Float32Array | Float64Array) => {
    const [x, y] = [tensor(a, { requiresGrad: true }), tensor(b, { requiresGrad: true })];
    const value = loss(x, y);
    return { value: value.item(), gradients: grad(value, [x, y]).map(({ data }) => data) };
  };

  it.each([64, 65, 67, 4095, 9000])("of %d numbers is that of float64", (length) => {
    setBackend("plain");
    const [a, b] = [1, 2].map((k) => Float32Array.from({ length }, (_, i) => 3 * Math.sin(k * i * i)));
    const actual = gradients(a as Float32Array, b as Float32Array);
    const exact = gradients(Float64Array.from(a as Float32Array), Float64Array.from(b as Float32Array));
    expect(Math.abs(actual.value - exact.value)).toBeLessThan(1e-6 * exact.value);
    actual.gradients.forEach((gradient, input) => {
      const wanted = exact.gradients[input] as Float64Array;
      for (let i = 0; i < length; i++) {
        const difference = Math.abs((gradient[i] as number) - (wanted[i] as number));
        expect(difference).toBeLessThanOrEqual(3e-7 * Math.abs(wanted[i] as number));
      }
    });
  });

  it("is the same in the operations that a diagnosis is shown", () => {
    const [a, b] = [1, 2].map((k) => Float64Array.from({ length: 100 }, (_, i) => 3 * Math.sin(k * i * i)));
    const alone = gradients(a as Float64Array, b as Float64Array);
    provenance.observer = silent;
    try {
      const shown = gradients(a as Float64Array, b as Float64Array);
      expect(shown.value).toBeCloseTo(alone.value, 12);
      shown.gradients.forEach((gradient, input) => {
        gradient.forEach((value, i) => {
          expect(value).toBeCloseTo(alone.gradients[input]?.[i] as number, 12);
        });
      });
    } finally {
      provenance.observer = undefined;
    }
  });

  it("has infinities and NaN where the reference has them", () => {
    const a = new Float32Array(100).fill(1);
    const specials = [Number.NaN, Infinity, -Infinity, 1];
    specials.forEach((value, at) => {
      a[10 + at] = value;
    });
    const b = new Float32Array(100).fill(1);
    setBackend("reference");
    const expected = gradients(a, b);
    setBackend("plain");
    expect(gradients(a, b)).toEqual(expected);
  });
});
