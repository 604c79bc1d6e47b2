/**
 * What a filter makes of colours, and what it does to them by their place, found together. In front of the filter stands a gain by the
 * place, one for all channels: what became of a colour is then told by places that the filter saw darker, too. Behind
 * it each channel has a factor and a summand by the place, and what sharpening and local contrast do.
 */
import { LeastSquares } from "../core/least-squares.js";
import { cauchyWeight, robustDeviation } from "../core/robust.js";
import type { FoundChart } from "./find-chart.js";
import { LatticeSystem, valueUnder } from "./lattice-system.js";
import { COLOURS, type Patch, type Place } from "./layout.js";
import { CHANNEL_TERMS, FINE_TERM, PLACE_TERMS, placeFunctions, surroundings } from "./place-terms.js";
import type { ColourPicture } from "./read-patches.js";

/** Steps of Gauss and Newton, each with steps towards the values; gains and factors that they move by less are found. */
const ROUNDS = 12;
const STILL = 0.003;
const STEPS = 30;
const LAST_STEPS = 60;
/** Clipped values follow no factor. */
const CLIPPED = 0.012;
/** Half a code of 8 bits: fewer never come apart, and a chart without noise would have no scale at all. */
const LEAST_SCATTER = 0.5 / 255;
/** Factors before and after a filter are nearly the same thing for a filter that does little. */
const RIDGE = 1e-6;
const UNKNOWNS = PLACE_TERMS + 3 * CHANNEL_TERMS;
/** Of one patch and channel: how it follows each of its own unknowns, and what is missing. */
const WIDTH = PLACE_TERMS + CHANNEL_TERMS + 1;

interface Channel {
  readonly seen: Float32Array;
  readonly around: Float64Array;
  readonly values: Float64Array;
  readonly terms: Float64Array;
  readonly weights: Float64Array;
  /** By patch, as the terms have them. */
  readonly factors: Float64Array;
  readonly summands: Float64Array;
  scatter: number;
}

export class PlaceFit {
  readonly #patches: readonly Patch[];
  readonly #system: LatticeSystem;
  readonly #channels: readonly Channel[];
  /** `[patches,PLACE_TERMS]` */
  readonly #functions: Float64Array;
  /** Of the logarithm of the gain. */
  readonly #gainTerms = new Float64Array(PLACE_TERMS);
  readonly #gains: Float64Array;

  constructor(picture: ColourPicture, { read, pose }: FoundChart) {
    const { patches, means } = read;
    const count = patches.length;
    this.#patches = patches;
    this.#system = new LatticeSystem(patches);
    this.#gains = new Float64Array(count).fill(1);
    this.#system.place(this.#gains);
    this.#functions = new Float64Array(PLACE_TERMS * count);
    patches.forEach((patch, nth) => {
      placeFunctions(patch, this.#functions.subarray(nth * PLACE_TERMS, (nth + 1) * PLACE_TERMS));
    });
    this.#channels = [0, 1, 2].map((channel) => {
      const seen = means.subarray(channel * count, (channel + 1) * count);
      return {
        seen,
        around: surroundings(picture, channel, pose, patches),
        values: meansOf(patches, seen),
        terms: new Float64Array(CHANNEL_TERMS),
        weights: new Float64Array(count).fill(1),
        factors: new Float64Array(count).fill(1),
        summands: new Float64Array(count),
        scatter: 0,
      };
    });
  }

  valuesOf(channel: number): Float64Array {
    return this.#channel(channel).values;
  }

  termsOf(channel: number): Float64Array {
    return this.#channel(channel).terms;
  }

  scatterOf(channel: number): number {
    return this.#channel(channel).scatter;
  }

  /** What a place does to what becomes of a colour, in full scales. */
  effectAt(channel: number, colour: number, place: Place): number {
    const { values, terms } = this.#channel(channel);
    const at = new Float64Array(PLACE_TERMS);
    placeFunctions(place, at);
    const made = valueUnder(values, colour, Math.exp(dot(at, this.#gainTerms)));
    const factor = 1 + dot(at, terms.subarray(0, PLACE_TERMS));
    return factor * made + dot(at, terms.subarray(PLACE_TERMS, FINE_TERM)) - (values[colour] as number);
  }

  run(): void {
    for (let round = 0; round < ROUNDS; round++) {
      for (const channel of this.#channels) this.#system.solve(channel.values, seenBy(channel), STEPS);
      const moved = this.#step();
      this.#system.place(this.#gains);
      if (moved < STILL) break;
    }
    for (const channel of this.#channels) this.#system.solve(channel.values, seenBy(channel), LAST_STEPS);
  }

  #channel(channel: number): Channel {
    return this.#channels[channel] as Channel;
  }

  /** @returns by how much it moved the gain of a patch, or a factor, at most. */
  #step(): number {
    const equations = new LeastSquares(UNKNOWNS, 1);
    this.#channels.forEach((channel, nth) => {
      const rows = this.#rowsOf(channel);
      reweigh(channel, rows);
      addRows(equations, this.#patches, channel, rows, PLACE_TERMS + nth * CHANNEL_TERMS);
    });
    const change = equations.solve(RIDGE);
    for (let term = 0; term < PLACE_TERMS; term++) {
      this.#gainTerms[term] = (this.#gainTerms[term] as number) + (change[term] as number);
    }
    this.#channels.forEach(({ terms }, nth) => {
      for (let term = 0; term < CHANNEL_TERMS; term++) {
        const own = change[PLACE_TERMS + nth * CHANNEL_TERMS + term] as number;
        terms[term] = (terms[term] as number) + own;
      }
    });
    return this.#update();
  }

  /** Gains, factors and summands as the terms have them. */
  #update(): number {
    let most = 0;
    for (let nth = 0; nth < this.#patches.length; nth++) {
      const at = this.#functionsAt(nth);
      const gain = Math.exp(dot(at, this.#gainTerms));
      most = Math.max(most, Math.abs(gain - (this.#gains[nth] as number)));
      this.#gains[nth] = gain;
      for (const { terms, factors, summands, around } of this.#channels) {
        const [fine, coarse] = [terms[FINE_TERM] as number, terms[FINE_TERM + 1] as number];
        const factor = 1 + dot(at, terms.subarray(0, PLACE_TERMS)) + fine + coarse;
        most = Math.max(most, Math.abs(factor - (factors[nth] as number)));
        factors[nth] = factor;
        summands[nth] =
          dot(at, terms.subarray(PLACE_TERMS, FINE_TERM)) -
          fine * (around[2 * nth] as number) -
          coarse * (around[2 * nth + 1] as number);
      }
    }
    return most;
  }

  #functionsAt(patch: number): Float64Array {
    return this.#functions.subarray(patch * PLACE_TERMS, (patch + 1) * PLACE_TERMS);
  }

  /** `[patches,WIDTH]` */
  #rowsOf({ seen, values, factors, summands, around }: Channel): Float64Array {
    const rows = new Float64Array(WIDTH * this.#patches.length);
    for (let nth = 0; nth < this.#patches.length; nth++) {
      const row = rows.subarray(nth * WIDTH, (nth + 1) * WIDTH);
      const at = this.#functionsAt(nth);
      const made = this.#system.valueAt(values, nth);
      const factor = factors[nth] as number;
      const slope = factor * this.#system.slopeAt(values, nth, this.#gains[nth] as number);
      for (let term = 0; term < PLACE_TERMS; term++) {
        row[term] = (at[term] as number) * slope;
        row[PLACE_TERMS + term] = (at[term] as number) * made;
        row[2 * PLACE_TERMS + term] = at[term] as number;
      }
      row[PLACE_TERMS + FINE_TERM] = made - (around[2 * nth] as number);
      row[PLACE_TERMS + FINE_TERM + 1] = made - (around[2 * nth + 1] as number);
      row[WIDTH - 1] = (seen[nth] as number) - factor * made - (summands[nth] as number);
    }
    return rows;
  }
}

function seenBy({ seen, ...channel }: Channel) {
  return { ...channel, values: seen };
}

/** Colours that no place shows begin as a middle grey, and become what those around them go on to. */
function meansOf(patches: readonly Patch[], seen: Float32Array): Float64Array {
  const [sums, counts] = [new Float64Array(COLOURS), new Float64Array(COLOURS)];
  patches.forEach(({ colour }, nth) => {
    sums[colour] = (sums[colour] as number) + (seen[nth] as number);
    counts[colour] = (counts[colour] as number) + 1;
  });
  return sums.map((sum, colour) => (counts[colour] === 0 ? 0.5 : sum / (counts[colour] as number)));
}

/** A place far from what is expected there (a mark, a scratch, a leak of light) counts little. */
function reweigh(channel: Channel, rows: Float64Array): void {
  const distances = channel.seen.map((_, nth) => Math.abs(rows[nth * WIDTH + WIDTH - 1] as number));
  channel.scatter = robustDeviation(distances);
  distances.forEach((distance, nth) => {
    channel.weights[nth] = cauchyWeight(distance, Math.max(channel.scatter, LEAST_SCATTER));
  });
}

/** Only what differs between the places of one colour tells of the terms. */
function addRows(
  equations: LeastSquares,
  patches: readonly Patch[],
  { seen, weights }: Channel,
  rows: Float64Array,
  start: number,
): void {
  const used = weights.map((weight, nth) => {
    const value = seen[nth] as number;
    return value > CLIPPED && value < 1 - CLIPPED ? weight : 0;
  });
  const [means, sums] = [new Float64Array(WIDTH * COLOURS), new Float64Array(COLOURS)];
  patches.forEach(({ colour }, nth) => {
    const weight = used[nth] as number;
    sums[colour] = (sums[colour] as number) + weight;
    for (let at = 0; at < WIDTH; at++) {
      means[colour * WIDTH + at] =
        (means[colour * WIDTH + at] as number) + weight * (rows[nth * WIDTH + at] as number);
    }
  });
  const features = new Float64Array(UNKNOWNS);
  patches.forEach(({ colour }, nth) => {
    const weight = used[nth] as number;
    if (weight === 0) return;
    const apart = (at: number): number =>
      (rows[nth * WIDTH + at] as number) - (means[colour * WIDTH + at] as number) / (sums[colour] as number);
    for (let term = 0; term < PLACE_TERMS; term++) features[term] = apart(term);
    for (let term = 0; term < CHANNEL_TERMS; term++) features[start + term] = apart(PLACE_TERMS + term);
    equations.add(features, [apart(WIDTH - 1)], weight);
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
