/** Sums and extremes on the kernel against float64 and the reference. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { tensor } from "../../../src/autograd/creation.js";
import { allocateResult, type FloatArray, openResults, placeResultsFrom } from "../../../src/core/index.js";
import { RunningSums, sumOf, sumOfSquares } from "../../../src/core/sums.js";
import { setBackend } from "../../../src/kernels/index.js";
import {
  ColumnSums,
  extremeOfRun,
  extremesOfLines,
  sumOfRun,
  sumOfSquaresOf,
  sumsOfColumns,
  sumsOfLines,
} from "../../../src/kernels/runs/index.js";
import { sum } from "../../../src/ops/index.js";

afterEach(() => setBackend(undefined));

const ignore = (): void => undefined;

/** Numbers of both signs from a simple generator, of 30 octaves. */
function numbers(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state / 2 ** 31) * 2 ** ((state >>> 8) % 30);
  });
}

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

/** Calls `body` with the numbers where results of a step lie. */
function inResults(data: Float32Array, body: (data: FloatArray) => void): void {
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
}

describe("sums and extremes of lines", () => {
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

  // Around the 16 rows that are added plainly, the 16 columns of a cache line, and the sums that there is room for.
  it.each([
    [3, 17, 36],
    [1, 16, 48],
    [2, 1, 32],
    [200, 3, 64],
    [2, 33, 8208],
  ])(
    "of %i matrices of %i x %i in the memory of results have the bits of those from elsewhere",
    (matrices, rows, width) => {
      setBackend("plain");
      const data = numbers(matrices * rows * width);
      data[1] = Infinity;
      data[width + 2] = Number.NaN;
      const expected = Array.from({ length: matrices }, (_, matrix) => {
        const sums = new RunningSums(width);
        const starts = Array.from({ length: rows }, (_, row) => (matrix * rows + row) * width);
        ColumnSums.for(data, width)?.add(data, starts, width, sums.sums, sums.lost, 0);
        return Array.from(sums.values());
      });
      inResults(data, (placed) => {
        expect(Array.from(sumsOfColumns(placed, rows, width) ?? [])).toEqual(expected.flat());
      });
    },
  );

  it("are left to others where columns fill no vectors, numbers lie elsewhere, or no kernel takes them", () => {
    expect(sumsOfColumns(numbers(640), 10, 64)).toBeUndefined();
    inResults(numbers(640), (placed) => {
      expect([sumsOfColumns(placed, 40, 16), sumsOfColumns(placed.subarray(0, 330), 10, 33)]).toEqual([
        undefined,
        undefined,
      ]);
      expect(sumsOfColumns(placed, 10, 64)).toHaveLength(64);
      setBackend("reference");
      expect(sumsOfColumns(placed, 10, 64)).toBeUndefined();
    });
  });

  it("of 1e8 ones and small numbers keep what plain additions lose", () => {
    setBackend("plain");
    const rows = 1000;
    const data = new Float32Array(rows * 64).fill(0.1);
    const total = sum(tensor(data, { shape: [rows, 64] }), { axis: 0 });
    expect(Array.from(total.data)).toEqual(new Array(64).fill(Math.fround(Math.fround(0.1) * rows)));
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
