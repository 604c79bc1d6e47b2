/** Sums, softmax, normalisation and distances on the kernel against float64 and the reference. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { tensor } from "../../../src/autograd/creation.js";
import { grad } from "../../../src/autograd/index.js";
import { type Observer, provenance, type Tensor } from "../../../src/autograd/tensor.js";
import { implementationOf } from "../../../src/core/choices.js";
import { allocateResult, type FloatArray, openResults, placeResultsFrom } from "../../../src/core/index.js";
import { RunningSums, sumOf, sumOfSquares } from "../../../src/core/sums.js";
import { setBackend } from "../../../src/kernels/index.js";
import {
  ColumnSums,
  extremeOfRun,
  extremesOfLines,
  sumOfRun,
  sumOfSquaresOf,
  sumsOfLines,
} from "../../../src/kernels/runs/index.js";
import { layerNorm, logSoftmax, softmax, sum } from "../../../src/ops/index.js";
import { huber, l1, mse } from "../../../src/train/index.js";

afterEach(() => setBackend(undefined));

/** Numbers of both signs from a simple generator, of 30 octaves. */
function numbers(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state / 2 ** 31) * 2 ** ((state >>> 8) % 30);
  });
}

const ignore = (): void => undefined;

/** Sees everything and keeps nothing. */
const silent: Observer = new Proxy({} as Observer, { get: () => ignore });

describe("the sum of a run", () => {
  it("has the bits of plain loops, for any part of any array", () => {
    setBackend("plain");
    const data = numbers(20_000);
    const part = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 20_000 }));
    fc.assert(
      fc.property(part, ([a, b]) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(sumOfRun(data, start, end)).toBe(sumOf(data, start, end));
      }),
      { numRuns: 200 },
    );
  });

  it("is infinite or NaN where its numbers are", () => {
    setBackend("plain");
    const data = numbers(5000);
    data[4321] = Infinity;
    expect(sumOfRun(data, 0, 5000)).toBe(Infinity);
    data[17] = -Infinity;
    expect(sumOfRun(data, 0, 5000)).toBeNaN();
  });
});

describe("sums and extremes of lines", () => {
  const inResults = (data: Float32Array, body: (data: FloatArray) => void): void => {
    placeResultsFrom(0);
    const { close } = openResults();
    try {
      const placed = allocateResult("float32", data.length);
      placed.set(data);
      body(placed);
    } finally {
      close();
      placeResultsFrom();
    }
  };

  // Around the 64 numbers of a block, the four of a vector and what is copied at once; more lines than there is room for sums.
  it.each([
    [1, 300],
    [3, 5001],
    [63, 9],
    [64, 9],
    [65, 9],
    [130, 64],
    [4099, 3],
    [16_384, 2],
  ])("of %i numbers are those of plain loops, wherever they lie", (length, lines) => {
    setBackend("plain");
    const data = numbers(length * lines);
    data[length] = Number.NaN;
    data[2 * length - 1] = Infinity;
    const parts = Array.from({ length: lines }, (_, line) =>
      data.subarray(line * length, (line + 1) * length),
    );
    const check = (placed: FloatArray): void => {
      const [sums, largest, smallest] = [0, 0, 0].map(() => new Float64Array(lines)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const into = (found: Float64Array) => (line: number, value: number) => {
        found[line] = value;
      };
      expect(sumsOfLines(placed, length, into(sums))).toBe(true);
      expect(extremesOfLines(placed, length, true, into(largest))).toBe(true);
      expect(extremesOfLines(placed, length, false, into(smallest))).toBe(true);
      expect(Array.from(sums)).toEqual(parts.map((part) => sumOf(part, 0, length)));
      expect(Array.from(largest)).toEqual(parts.map((part) => part.reduce((a, b) => Math.max(a, b))));
      expect(Array.from(smallest)).toEqual(parts.map((part) => part.reduce((a, b) => Math.min(a, b))));
    };
    check(data);
    inResults(data, check);
  });

  it("are left to others where a line is too long, there are few numbers, or no kernel takes them", () => {
    const isTaken = (data: FloatArray, length: number): boolean => sumsOfLines(data, length, ignore);
    expect(isTaken(numbers(32_770), 16_385)).toBe(false);
    expect([isTaken(numbers(255), 85), isTaken(numbers(256), 128)]).toEqual([false, true]);
    expect(isTaken(new Float64Array(512), 128)).toBe(false);
    setBackend("reference");
    expect(extremesOfLines(numbers(512), 128, true, ignore)).toBe(false);
  });

  it("adds rows column by column that lie anywhere in the memory of results", () => {
    setBackend("plain");
    const data = numbers(4000);
    inResults(data, (placed) => {
      for (const starts of [[0], [40, 7], [0, 40, 80, 120], [0, 40, 90, 130], [3000, 2000, 1000]]) {
        const [ours, theirs] = [new RunningSums(37), new RunningSums(37)];
        ColumnSums.for(placed, 37)?.add(placed, starts, 37, ours.sums, ours.lost, 0);
        ColumnSums.for(data, 37)?.add(data, starts, 37, theirs.sums, theirs.lost, 0);
        expect(Array.from(ours.values())).toEqual(Array.from(theirs.values()));
      }
    });
  });
});

describe("the extreme of a run", () => {
  it.each([true, false])("is that of plain loops, largest: %s", (isLargest) => {
    const data = numbers(9000);
    const expected = (end: number): number =>
      data
        .subarray(3, end)
        .reduce((best, value) => (isLargest ? Math.max(best, value) : Math.min(best, value)));
    setBackend("plain");
    for (const end of [259, 260, 261, 262, 4099, 9000]) {
      expect(extremeOfRun(data, 3, end, isLargest)).toBe(expected(end));
    }
    data[8000] = Number.NaN;
    expect(extremeOfRun(data, 3, 8000, isLargest)).toBe(expected(8000));
    expect(extremeOfRun(data, 3, 8001, isLargest)).toBeNaN();
  });
});

describe("sums of columns", () => {
  it("are as exact as one addition after the other with what each lost", () => {
    setBackend("plain");
    for (const [rows, width] of [
      [1, 32],
      [17, 33],
      [40, 1025],
      [5, 3001],
    ] as const) {
      const data = numbers(rows * width + 5);
      const expected = new RunningSums(width);
      const actual = new RunningSums(width);
      const starts = Array.from({ length: rows }, (_, row) => 5 + row * width);
      for (const start of starts) {
        for (let i = 0; i < width; i++) expected.add(i, data[start + i] as number);
      }
      ColumnSums.for(data, width)?.add(data, starts, width, actual.sums, actual.lost, 0);
      const [exact, found] = [expected.values(), actual.values()];
      for (let i = 0; i < width; i++) {
        const terms = starts.reduce((total, start) => total + Math.abs(data[start + i] as number), 0);
        expect(Math.abs((found[i] as number) - (exact[i] as number))).toBeLessThanOrEqual(1e-15 * terms);
      }
    }
  });

  it("of 1e8 ones and small numbers keep what plain additions lose", () => {
    setBackend("plain");
    const rows = 1000;
    const data = new Float32Array(rows * 64).fill(0.1);
    const total = sum(tensor(data, { shape: [rows, 64] }), { axis: 0 });
    expect(Array.from(total.data)).toEqual(new Array(64).fill(Math.fround(Math.fround(0.1) * rows)));
  });
});

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

describe("the norm of gradients", () => {
  it("sums squares of long arrays as exactly as plain loops do", () => {
    setBackend("plain");
    const data = numbers(10_001);
    const exact = sumOfSquares(data);
    expect(Math.abs(sumOfSquaresOf(data) - exact)).toBeLessThanOrEqual(1e-14 * exact);
    data[9999] = Number.NaN;
    expect(sumOfSquaresOf(data)).toBeNaN();
  });
});
