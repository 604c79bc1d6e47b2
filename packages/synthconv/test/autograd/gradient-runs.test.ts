import { describe, expect, it } from "vitest";
import { grad, type Tensor, tensor, tidy } from "../../src/autograd/index.js";
import { RandomStream } from "../../src/core/index.js";
import { add, multiply, type Range, slice, sum } from "../../src/ops/index.js";

const LENGTH = 12;

/** Factors of the numbers of a part: what its loss adds to the gradient there. */
type Use = readonly [range: Range, factors: readonly number[]];

function lossOf(x: Tensor, uses: readonly Use[]): Tensor {
  return uses
    .map(([range, factors]) => sum(multiply(slice(x, [range]), tensor(factors, { dtype: x.dtype }))))
    .reduce((total, term) => add(total, term));
}

function expected(uses: readonly Use[]): number[] {
  const total = new Array<number>(LENGTH).fill(0);
  for (const [[start], factors] of uses)
    factors.forEach((factor, at) => {
      total[start + at] = (total[start + at] as number) + factor;
    });
  return total;
}

const leaf = (dtype: "float32" | "float64" = "float64"): Tensor =>
  tensor(
    Float64Array.from({ length: LENGTH }, (_, at) => at),
    { dtype, requiresGrad: true },
  );

describe("the gradient of a tensor that is read in runs", () => {
  it.each<[string, readonly Use[]]>([
    [
      "one run",
      [
        [
          [3, 5],
          [1, 2],
        ],
      ],
    ],
    [
      "two that meet",
      [
        [
          [0, 2],
          [1, 2],
        ],
        [
          [2, 4],
          [3, 4],
        ],
      ],
    ],
    [
      "two that overlap",
      [
        [
          [0, 3],
          [1, 2, 3],
        ],
        [
          [2, 5],
          [10, 20, 30],
        ],
      ],
    ],
    [
      "one within another",
      [
        [
          [0, 4],
          [1, 2, 3, 4],
        ],
        [
          [1, 3],
          [10, 20],
        ],
      ],
    ],
    [
      "the same one three times",
      [
        [
          [4, 6],
          [1, 2],
        ],
        [
          [4, 6],
          [10, 20],
        ],
        [
          [4, 6],
          [100, 200],
        ],
      ],
    ],
    [
      "all of it and a part",
      [
        [[0, LENGTH], Array.from({ length: LENGTH }, (_, at) => at)],
        [[0, 1], [5]],
      ],
    ],
    [
      "none, and one",
      [
        [[3, 3], []],
        [[3, 4], [7]],
      ],
    ],
  ])("is that of its numbers: %s", (_, uses) => {
    const x = leaf();
    expect(grad(lossOf(x, uses), [x])[0]?.toArray()).toEqual(expected(uses));
    const backwards = [...uses].reverse();
    expect(grad(lossOf(x, backwards), [x])[0]?.toArray()).toEqual(expected(uses));
  });

  it("is that of drawn runs, some of which overlap", () => {
    const random = new RandomStream({ seed: 1, purpose: "runs" });
    for (let time = 0; time < 50; time++) {
      const uses = Array.from({ length: 1 + random.integer(5) }, (): Use => {
        const start = random.integer(LENGTH);
        const end = start + random.integer(LENGTH - start + 1);
        return [[start, end], Array.from({ length: end - start }, () => 1 + random.integer(9))];
      });
      const x = leaf("float32");
      expect(grad(lossOf(x, uses), [x])[0]?.toArray()).toEqual(expected(uses));
    }
  });

  it("adds up with what is read otherwise, whichever comes first", () => {
    const uses: readonly Use[] = [
      [
        [0, 2],
        [1, 2],
      ],
      [[5, 6], [3]],
    ];
    const whole = Array.from({ length: LENGTH }, () => 100);
    const wanted = expected([...uses, [[0, LENGTH], whole]]);
    for (const isFirst of [true, false]) {
      const x = leaf();
      const [parts, all] = [lossOf(x, uses), sum(multiply(x, tensor(whole, { dtype: "float64" })))];
      const loss = isFirst ? add(all, parts) : add(parts, all);
      expect(grad(loss, [x])[0]?.toArray()).toEqual(wanted);
    }
  });

  it("is one for a run that lies across axes, and for one that does not", () => {
    const x = tensor(
      Float64Array.from({ length: 24 }, (_, at) => at),
      { shape: [2, 3, 4], requiresGrad: true },
    );
    const ranges: (Range | undefined)[][] = [
      [[1, 2]],
      [
        [1, 2],
        [1, 3],
      ],
      [undefined, [1, 2]],
      [undefined, undefined, [1, 3]],
      [
        [0, 1],
        [2, 3],
        [1, 2],
      ],
    ];
    for (const some of ranges) {
      const part = slice(x, some);
      const [gradient] = grad(sum(multiply(part, part)), [x]);
      const read = new Set(part.data);
      const wanted = Array.from({ length: 24 }, (_, at) => (read.has(at) ? 2 * at : 0));
      expect([...(gradient as Tensor).data]).toEqual(wanted);
    }
  });

  it("belongs to its owner alone, and outlives a tidy that returns it", () => {
    const x = leaf();
    const y = multiply(x, tensor(2, { dtype: "float64" }));
    const [ofX, ofY] = tidy(() => grad(sum(slice(y, [[0, 2]])), [x, y])) as [Tensor, Tensor];
    ofY.data.fill(9);
    expect([...ofX.data].slice(0, 3)).toEqual([2, 2, 0]);
  });
});
