/** Whether two noises are of one kind, and whether they go together. */
import type { Noise } from "./drawn-noise.js";

type Draws = Pick<Noise, "draws">;

/** The two-sample test of Kolmogorov and Smirnov at one in a thousand. */
const APART = 1.95;

/** Whether the numbers of both may be drawn in one way. */
export function areAlike(one: Draws, other: Draws): boolean {
  const [a, b] = [one, other].map(sorted) as [number[], number[]];
  let [i, j, most] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] as number, b[j] as number);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return most <= APART * Math.sqrt((a.length + b.length) / (a.length * b.length));
}

function sorted({ draws }: Draws): number[] {
  return draws.flatMap((one) => Array.from(one)).sort((a, b) => a - b);
}

/** Of a hundred pairs a tenth by chance. */
const TOGETHER = 0.3;

/** Whether some column of one goes up or down with some column of the other, sample by sample. */
export function isPaired(one: Noise, other: Noise): boolean {
  const [left, right] = [columnsOf(one), columnsOf(other)];
  return left.some((a) => right.some((b) => Math.abs(rankCorrelation(a, b)) > TOGETHER));
}

function columnsOf({ tensor, draws }: Noise): number[][] {
  const [rows = 1] = tensor.shape;
  const width = tensor.size / rows;
  return Array.from({ length: width }, (_, column) =>
    draws.flatMap((one) => Array.from({ length: rows }, (_, row) => one[row * width + column] as number)),
  );
}

function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const middle = (a.length - 1) / 2;
  let [both, all] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += ((x[i] as number) - middle) * ((y[i] as number) - middle);
    all += ((x[i] as number) - middle) ** 2;
  }
  return all === 0 ? 0 : both / all;
}

function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((i, j) => (values[i] as number) - (values[j] as number));
  const ranks = new Array<number>(values.length);
  for (const [rank, at] of order.entries()) ranks[at] = rank;
  return ranks;
}

/** How much of two kinds of numbers is in a value, by least squares over all entries. */
export function shareOf(
  values: readonly ArrayLike<number>[],
  first: readonly ArrayLike<number>[],
  second: readonly ArrayLike<number>[],
): readonly [number, number] {
  let [aa, ab, bb, ya, yb] = [0, 0, 0, 0, 0];
  for (const [run, list] of values.entries()) {
    for (let i = 0; i < list.length; i++) {
      const [y, a, b] = [list, first[run], second[run]].map((one) => one?.[i] ?? 0) as [
        number,
        number,
        number,
      ];
      aa += a * a;
      ab += a * b;
      bb += b * b;
      ya += y * a;
      yb += y * b;
    }
  }
  const scale = aa * bb - ab * ab;
  return scale === 0 ? [0, 0] : [(ya * bb - yb * ab) / scale, (yb * aa - ya * ab) / scale];
}
