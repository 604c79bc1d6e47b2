/** Numbers that sums and transforms lose digits on, and the measure of what is lost. */
import { RandomStream } from "../../src/core/index.js";

export type Draw = (length: number, purpose: string) => Float32Array;

function drawn(next: (random: RandomStream) => number): Draw {
  return (length, purpose) => {
    const random = new RandomStream({ seed: 17, purpose });
    return Float32Array.from({ length }, () => next(random));
  };
}

/** Kinds of numbers, by name. */
export const draws = {
  normal: drawn((random) => random.normal()),
  positive: drawn((random) => Math.abs(random.normal())),
  constant: drawn(() => 0.1),
  "1000 + noise": drawn((random) => 1000 + random.normal()),
  lognormal: drawn((random) => Math.exp(random.normal())),
  "wide lognormal": drawn((random) => Math.exp(3 * random.normal())),
  "wide lognormal of both signs": drawn((random) => Math.exp(3 * random.normal()) * sign(random)),
  "relu features": drawn((random) => Math.max(0, random.normal())),
  "mostly zeros": drawn((random) => (random.uniform() < 0.05 ? random.normal() : 0)),
  "bright pixels": drawn((random) => (random.uniform() < 0.002 ? 1e6 : random.uniform())),
} as const;

export type DrawName = keyof typeof draws;

export const drawNames = Object.keys(draws) as DrawName[];

function sign(random: RandomStream): number {
  return random.uniform() < 0.5 ? -1 : 1;
}

/**
 * The largest difference, as a part of the largest of the sums of magnitudes that the entries are: what rounding
 * is measured by where sums cancel.
 */
export function roundingError(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  magnitudes: ArrayLike<number>,
): number {
  if (actual.length !== expected.length) return Number.NaN;
  let difference = 0;
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    difference = Math.max(difference, Math.abs((actual[index] as number) - (expected[index] as number)));
    largest = Math.max(largest, magnitudes[index] as number);
  }
  return difference === 0 ? 0 : difference / largest;
}

/** The largest difference of an entry as a part of its own sum of magnitudes. */
export function ownRoundingError(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  magnitudes: ArrayLike<number>,
): number {
  if (actual.length !== expected.length) return Number.NaN;
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs((actual[index] as number) - (expected[index] as number));
    if (difference !== 0) largest = Math.max(largest, difference / (magnitudes[index] as number));
  }
  return largest;
}
