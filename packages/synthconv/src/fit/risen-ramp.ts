/** A look's grey ramp as it ought to be: the nearest one that does not fall where its source does not. */
import { GREYS, type GreySource } from "./grey-source.js";
import { NOISE } from "./ramp-falls.js";

/**
 * The ramp with what falls pooled. Where one of the sources falls it begins anew: between two settings of a knob of which
 * one lets a channel fall it may fall, too.
 *
 * @param ramp `[3,GREYS]`; what lies beyond 0 to 1 is cut off for the comparison, and keeps its distance.
 * @param sources of one condition, or of those beside it.
 */
export function risenRamp(ramp: Float32Array, sources: readonly GreySource[]): Float32Array {
  const risen = ramp.slice();
  for (let channel = 0; channel < 3; channel++) {
    const first = channel * GREYS;
    const own = ramp.subarray(first, first + GREYS).map((value) => Math.min(1, Math.max(0, value)));
    const starts = startsOf(sources.map((source) => source.ramp.subarray(first, first + GREYS)));
    starts.forEach((start, nth) => {
      const part = own.subarray(start, starts[nth + 1] ?? GREYS);
      nearestRising(part).forEach((value, at) => {
        const place = first + start + at;
        risen[place] = (risen[place] as number) + value - (part[at] as number);
      });
    });
  }
  return risen;
}

/** Greys at which a source has come down from what it reached before, by more than noise; the first of all is 0. */
function startsOf(ramps: readonly Float32Array[]): number[] {
  const starts: number[] = [];
  let highest = ramps.map(() => Number.NEGATIVE_INFINITY);
  for (let grey = 0; grey < GREYS; grey++) {
    const now = ramps.map((ramp) => ramp[grey] as number);
    const falls = now.some((value, nth) => value < (highest[nth] as number) - NOISE);
    if (falls || grey === 0) starts.push(grey);
    highest = highest.map((value, nth) =>
      falls || (now[nth] as number) > value ? (now[nth] as number) : value,
    );
  }
  return starts;
}

/** The nearest sequence that never falls, in the sense of squares: neighbours that fall are pooled (Ayer et al., 1955). */
export function nearestRising(values: Float32Array): Float32Array {
  const pools: { mean: number; count: number }[] = [];
  for (const value of values) {
    pools.push({ mean: value, count: 1 });
    for (let last = pools.at(-1); pools.length > 1 && last !== undefined; last = pools.at(-1)) {
      const before = pools.at(-2) as { mean: number; count: number };
      if (before.mean <= last.mean) break;
      const count = before.count + last.count;
      pools.splice(-2, 2, { mean: (before.mean * before.count + last.mean * last.count) / count, count });
    }
  }
  return Float32Array.from(pools.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean)));
}
