/** What the aims of convolutions draw alike. */
import type { Aim } from "../case.js";
import type { Random } from "../random.js";
import { type Convolution, drawNumbers, simplestConvolution } from "./convolution-space.js";

export type Part = Partial<Convolution>;

export function aim(name: string, draw: (random: Random) => Part): Aim<Convolution> {
  return { name, draw: (random) => ({ ...simplestConvolution, ...drawNumbers(random), ...draw(random) }) };
}

/** Of cases that take long, or a way that others take as well. */
export function often(times: number, name: string, draw: (random: Random) => Part): Aim<Convolution> {
  return { ...aim(name, draw), times };
}

export const few = (random: Random): number => random.integer(1, 4);
export const square = (side: number): readonly [number, number] => [side, side];

// Judged without the sizes of their terms, which take as long as the case: for those that take long.
export const WELL_CONDITIONED: Part = {
  values: "one sign",
  weight: "mostly positive",
  upstream: "mostly positive",
  spoiler: "none",
};
