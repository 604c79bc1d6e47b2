/** What the chart's colours became, found from patches that show colours between them: those that a vignette darkened before a filter saw them. */
import { COLOURS, LEVELS, levelsOf, type Patch } from "./layout.js";

/** The corners of a cell of the lattice. */
const CORNERS = 8;
/**
 * Weight of a bend between three colours in a row beside a patch: enough to go on straight to colours that no place shows
 * as bright as they were, little enough to cost a filter's own bends nothing (a chart without any vignette 0.31 for 0.36
 * without it).
 */
const BENDING = 0.02;
/** Nothing of what is sought is smaller. */
const ENOUGH = 1e-12;

/** What one channel shows. */
export interface Seen {
  /** `[patches]`, and how much each counts. */
  readonly values: ArrayLike<number>;
  readonly weights: Float64Array;
  /** What became of a patch behind the filter: `factor * value + summand`. */
  readonly factors: Float64Array;
  readonly summands: Float64Array;
}

export class LatticeSystem {
  readonly #patches: readonly Patch[];
  /** Of each patch, the colours around what went into the filter, and their shares of it. */
  readonly #corners: Int32Array;
  readonly #shares: Float64Array;
  /** Triples of colours in a row, the first of each; its step along the lattice. */
  readonly #rows: readonly (readonly [first: number, stride: number])[];

  constructor(patches: readonly Patch[]) {
    this.#patches = patches;
    this.#corners = new Int32Array(CORNERS * patches.length);
    this.#shares = new Float64Array(CORNERS * patches.length);
    this.#rows = triples();
  }

  /** @param gains of each patch, before the filter. */
  place(gains: ArrayLike<number>): void {
    this.#patches.forEach(({ colour }, nth) => {
      placeInCell(colour, gains[nth] as number, this.#corners, this.#shares, CORNERS * nth);
    });
  }

  /** What the filter makes of what went into it at a patch. */
  valueAt(values: Float64Array, patch: number): number {
    return sumOf(values, this.#corners, this.#shares, CORNERS * patch);
  }

  /** How that grows with the gain at the patch, in shares of the gain. */
  slopeAt(values: Float64Array, patch: number, gain: number): number {
    const { colour } = this.#patches[patch] as Patch;
    return (
      (valueUnder(values, colour, gain * (1 + STEP)) - valueUnder(values, colour, gain * (1 - STEP))) /
      (2 * STEP)
    );
  }

  /**
   * Steps of conjugate gradients (Hestenes and Stiefel, 1952) towards the values that fit best.
   *
   * @param values `[4096]`, from where it starts and where the result is written.
   */
  solve(values: Float64Array, seen: Seen, steps: number): void {
    const right = new Float64Array(COLOURS);
    this.#patches.forEach((_, nth) => {
      const factor = seen.factors[nth] as number;
      const missing = (seen.values[nth] as number) - (seen.summands[nth] as number);
      this.#spread(right, nth, (seen.weights[nth] as number) * factor * missing);
    });
    const product = new Float64Array(COLOURS);
    this.#multiply(values, seen, product);
    const rest = right.map((value, at) => value - (product[at] as number));
    const direction = rest.slice();
    let square = squareOf(rest);
    for (let step = 0; step < steps && square > ENOUGH; step++) {
      this.#multiply(direction, seen, product);
      const length = square / direction.reduce((sum, value, at) => sum + value * (product[at] as number), 0);
      for (let at = 0; at < COLOURS; at++) {
        values[at] = (values[at] as number) + length * (direction[at] as number);
        rest[at] = (rest[at] as number) - length * (product[at] as number);
      }
      const next = squareOf(rest);
      for (let at = 0; at < COLOURS; at++) {
        direction[at] = (rest[at] as number) + (next / square) * (direction[at] as number);
      }
      square = next;
    }
  }

  /** The matrix of the normal equations times a vector. */
  #multiply(vector: Float64Array, { weights, factors }: Seen, out: Float64Array): void {
    out.fill(0);
    for (let nth = 0; nth < this.#patches.length; nth++) {
      const weight = (weights[nth] as number) * (factors[nth] as number) ** 2;
      this.#spread(out, nth, weight * this.valueAt(vector, nth));
    }
    for (const [first, stride] of this.#rows) {
      const [middle, last] = [first + stride, first + 2 * stride];
      const bend =
        BENDING * ((vector[first] as number) - 2 * (vector[middle] as number) + (vector[last] as number));
      out[first] = (out[first] as number) + bend;
      out[middle] = (out[middle] as number) - 2 * bend;
      out[last] = (out[last] as number) + bend;
    }
  }

  #spread(out: Float64Array, patch: number, value: number): void {
    for (let at = CORNERS * patch; at < CORNERS * (patch + 1); at++) {
      const colour = this.#corners[at] as number;
      out[colour] = (out[colour] as number) + (this.#shares[at] as number) * value;
    }
  }
}

/** Of a gain: a seventh of a step between bright colours. */
const STEP = 0.01;
const scratchPlaces = new Int32Array(CORNERS);
const scratchShares = new Float64Array(CORNERS);

/** What the filter makes of a colour that a gain changes before it; beyond white there is nothing. */
export function valueUnder(values: Float64Array, colour: number, gain: number): number {
  placeInCell(colour, gain, scratchPlaces, scratchShares, 0);
  return sumOf(values, scratchPlaces, scratchShares, 0);
}

function sumOf(values: Float64Array, places: Int32Array, of: Float64Array, start: number): number {
  let sum = 0;
  for (let at = start; at < start + CORNERS; at++) {
    sum += (of[at] as number) * (values[places[at] as number] as number);
  }
  return sum;
}

function placeInCell(
  colour: number,
  gain: number,
  places: Int32Array,
  of: Float64Array,
  start: number,
): void {
  places.fill(0, start, start + CORNERS);
  of.fill(1, start, start + CORNERS);
  levelsOf(colour).forEach((level, channel) => {
    const at = Math.min(LEVELS - 1, Math.max(0, level * gain));
    const low = Math.min(LEVELS - 2, Math.floor(at));
    for (let corner = 0; corner < CORNERS; corner++) {
      // The bits of a corner say on which side of its cell it lies, red's first, as in the lattice.
      const side = (corner >> (2 - channel)) & 1;
      places[start + corner] = LEVELS * (places[start + corner] as number) + low + side;
      of[start + corner] = (of[start + corner] as number) * (side === 1 ? at - low : 1 - at + low);
    }
  });
}

/** All three colours that stand in a row along an axis: the first, and the way from one to the next. */
function triples(): [first: number, stride: number][] {
  const rows: [number, number][] = [];
  for (let colour = 0; colour < COLOURS; colour++) {
    levelsOf(colour).forEach((level, channel) => {
      if (level < LEVELS - 2) rows.push([colour, LEVELS ** (2 - channel)]);
    });
  }
  return rows;
}

function squareOf(vector: Float64Array): number {
  return vector.reduce((sum, value) => sum + value * value, 0);
}
