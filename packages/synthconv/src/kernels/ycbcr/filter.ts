/**
 * How colours that stand for pairs of pixels are brought to every pixel and back: by spline36, as zscale does with
 * `f=spline36` (the cubic spline through six neighbours of Dersch's Panorama Tools; twice as wide on the way down).
 * Beyond a frame's sides its samples are mirrored.
 */

/** Neighbours of a place that count. */
export const TAPS = 6;

/** The cubic spline of support 3, whose values at whole numbers but 0 are 0. */
export function spline36(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((13 / 11) * x - 453 / 209) * x * x - (3 / 209) * x + 1;
  if (x < 2) return cubic(x - 1, -6 / 11, 270 / 209, -156 / 209);
  if (x < 3) return cubic(x - 2, 1 / 11, -45 / 209, 26 / 209);
  return 0;
}

function cubic(x: number, three: number, two: number, one: number): number {
  return ((three * x + two) * x + one) * x;
}

/** Weights of six neighbours, the first of which lies `first` places from here. */
export interface Phase {
  readonly first: number;
  readonly weights: readonly number[];
  /** Whether the place itself is the only one that counts; the first weight is then its own. */
  readonly isSingle: boolean;
}

/** Of the pixels 2c and 2c + 1 from colours around c. `siting` as in `YCbCrLayout`, along one side. */
export function wideningPhases(siting: number): readonly [even: Phase, odd: Phase] {
  const phase = (pixel: number): Phase => {
    const place = (pixel - siting) / 2;
    return place === 0 ? single(1) : normalized(phaseOf(place < 0 ? -3 : -2, (at) => spline36(at - place)));
  };
  return [phase(0), phase(1)];
}

/** Of the colour c from pixels 2(c + k), even, and 2(c + k) + 1, odd. */
export function narrowingPhases(siting: number): readonly [even: Phase, odd: Phase] {
  const weight = (pixel: number): number => spline36((pixel - siting) / 2);
  const total = sum(Array.from({ length: 13 }, (_, nth) => weight(nth - 6)));
  const of = (parity: number): Phase => {
    const distance = parity - siting;
    const at = (place: number): number => weight(2 * place + parity) / total;
    return distance === 0 ? single(at(0)) : phaseOf(distance < 0 ? -2 : -3, at);
  };
  return [of(0), of(1)];
}

/** Of the colour c from the 12 pixels 2c - 5 to 2c + 6. */
export function narrowingWeights(siting: number): readonly number[] {
  const weights = Array.from({ length: 2 * TAPS }, (_, nth) => spline36((nth - 5 - siting) / 2));
  return weights.map((one) => one / sum(weights));
}

function single(weight: number): Phase {
  return { first: 0, weights: [weight, 0, 0, 0, 0, 0], isSingle: true };
}

function phaseOf(first: number, weightAt: (place: number) => number): Phase {
  const weights = Array.from({ length: TAPS }, (_, nth) => weightAt(first + nth));
  return { first, weights, isSingle: false };
}

function normalized(phase: Phase): Phase {
  const total = sum(phase.weights);
  return { ...phase, weights: phase.weights.map((one) => one / total) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The place of a sample that is mirrored into 0 to `count` - 1; of very small frames the last one. */
export function mirrored(place: number, count: number): number {
  const inside = place < 0 ? -1 - place : place >= count ? 2 * count - 1 - place : place;
  return Math.min(Math.max(inside, 0), count - 1);
}
