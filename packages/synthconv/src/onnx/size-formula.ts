/** Sizes as formulas of other sizes, found from the sizes that a network had in several runs. */

/** A size in each of the runs, in their order. */
export type Sizes = readonly number[];

/** `floor((product of the factors * times + plus) / over)` */
export interface SizeFormula<Factor> {
  readonly factors: readonly Factor[];
  readonly times: number;
  readonly plus: number;
  readonly over: number;
}

export interface KnownSize<Factor> {
  readonly factor: Factor;
  readonly sizes: Sizes;
}

/** Windows, strides and scales of networks are smaller; more would fit what is no formula. */
const MOST_OVER = 64;

export function isConstant(sizes: Sizes): boolean {
  return sizes.every((size) => size === sizes[0]);
}

/** The formula that holds in every run; undefined where there is none of one factor, nor a product of two or three. */
export function findFormula<Factor>(
  sizes: Sizes,
  known: readonly KnownSize<Factor>[],
): SizeFormula<Factor> | undefined {
  for (const one of known) {
    const found = ofOneFactor(sizes, one.sizes);
    if (found !== undefined) return { factors: [one.factor], ...found };
  }
  for (const { factors, sizes: product } of products(known)) {
    const found = proportional(sizes, product);
    if (found !== undefined) return { factors, ...found };
  }
  return undefined;
}

/** Of one, two and three of them. */
function* products<Factor>(
  known: readonly KnownSize<Factor>[],
): Generator<{ readonly factors: readonly Factor[]; readonly sizes: Sizes }> {
  const times = (a: Sizes, b: Sizes): Sizes => a.map((size, run) => size * (b[run] as number));
  for (const { factor, sizes } of known) yield { factors: [factor], sizes };
  for (const [i, a] of known.entries()) {
    for (const [j, b] of known.slice(i).entries()) {
      const two = times(a.sizes, b.sizes);
      yield { factors: [a.factor, b.factor], sizes: two };
      for (const c of known.slice(i + j))
        yield { factors: [a.factor, b.factor, c.factor], sizes: times(two, c.sizes) };
    }
  }
}

/** `scale * (product of the factors) ^ exponent` */
export interface SizePower<Factor> {
  readonly factors: readonly Factor[];
  readonly exponent: number;
  readonly scale: number;
}

const EXPONENTS = [-1, 1, -0.5, 0.5, -2, 2];
/** Constants are float32. */
const ROUNDING = 1e-6;

/** The power of sizes that the number is in every run. */
export function findPower<Factor>(
  values: readonly number[],
  known: readonly KnownSize<Factor>[],
): SizePower<Factor> | undefined {
  for (const { factors, sizes } of products(known)) {
    for (const exponent of EXPONENTS) {
      const scales = values.map((value, run) => value / (sizes[run] as number) ** exponent);
      const [scale] = scales as [number];
      const isScale = (one: number): boolean => Math.abs(one - scale) <= ROUNDING * Math.abs(scale);
      if (Number.isFinite(scale) && scale !== 0 && scales.every(isScale)) return { factors, exponent, scale };
    }
  }
  return undefined;
}

type Line = Omit<SizeFormula<never>, "factors">;

/** The line through the runs, rounded down. */
function ofOneFactor(sizes: Sizes, factor: Sizes): Line | undefined {
  const first = factor[0] as number;
  const other = factor.findIndex((size) => size !== first);
  if (other === -1) return undefined;
  // The run that is farthest away tells the slope best.
  const far = factor.reduce((best, size, run) => (size > (factor[best] as number) ? run : best), other);
  const rise = (sizes[far] as number) - (sizes[0] as number);
  const run = (factor[far] as number) - first;
  for (let over = 1; over <= MOST_OVER; over++) {
    // Rounding down moves a size by less than one.
    for (const times of new Set([Math.floor((rise * over) / run), Math.ceil((rise * over) / run)])) {
      const line = through(sizes, factor, times, over);
      if (line !== undefined) return line;
    }
  }
  return undefined;
}

function through(sizes: Sizes, factor: Sizes, times: number, over: number): Line | undefined {
  if (times === 0) return undefined;
  // floor((times f + plus) / over) = s holds for plus from s over - times f up to that and over - 1.
  const leasts = sizes.map((size, run) => size * over - times * (factor[run] as number));
  const least = leasts.reduce((largest, one) => Math.max(largest, one));
  const most = leasts.reduce((smallest, one) => Math.min(smallest, one)) + over - 1;
  if (least > most) return undefined;
  // The plainest of them.
  const plus = least <= 0 && most >= 0 ? 0 : least > 0 ? least : most;
  return { times, plus, over };
}

function proportional(sizes: Sizes, product: Sizes): Line | undefined {
  const [size, whole] = [sizes[0] as number, product[0] as number];
  if (whole === 0 || size === 0) return undefined;
  const divisor = greatestCommonDivisor(size, whole);
  const [times, over] = [size / divisor, whole / divisor];
  const holds = sizes.every((one, run) => one * over === times * (product[run] as number));
  return holds ? { times, plus: 0, over } : undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
