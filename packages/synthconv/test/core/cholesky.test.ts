import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solveCholesky } from "../../src/core/cholesky.js";
import { RandomStream } from "../../src/core/random.js";

describe("solveCholesky", () => {
  it("finds what the system was made of, at every size and number of right sides", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 23 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (n, outputs, seed) => {
          const stream = new RandomStream({ seed, purpose: "cholesky-test" });
          const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
          const root = normals(n * n);
          // Positive definite, and no entry of it or of its solution is far from 1.
          const matrix = Float64Array.from({ length: n * n }, (_, at) => {
            const [row, column] = [Math.floor(at / n), at % n];
            let sum = row === column ? 1 : 0;
            for (let k = 0; k < n; k++)
              sum += ((root[row * n + k] as number) * (root[column * n + k] as number)) / n;
            return sum;
          });
          const truth = normals(n * outputs);
          const right = truth.map((_, at) => {
            const [row, output] = [Math.floor(at / outputs), at % outputs];
            let sum = 0;
            for (let k = 0; k < n; k++)
              sum += (matrix[row * n + k] as number) * (truth[k * outputs + output] as number);
            return sum;
          });
          // Above the diagonal nothing is read.
          const lower = matrix.map((value, at) => (at % n > Math.floor(at / n) ? Number.NaN : value));
          const found = solveCholesky(lower, right, outputs);
          found.forEach((value, at) => {
            expect(Math.abs(value - (truth[at] as number))).toBeLessThan(1e-11);
          });
        },
      ),
    );
  });

  it("solves [[4, 2], [2, 5]] x = [8, 8], as by hand", () => {
    const x = solveCholesky(Float64Array.of(4, 0, 2, 5), Float64Array.of(8, 8), 1);
    expect([...x]).toEqual([1.5, 1]);
  });
});
