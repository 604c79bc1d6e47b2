/**
 * Sees what a network computes. It notes on which side of the kinks of relu and its like every number lies, and it may
 * disturb each result of an operation as float32 would round it: how far the outcome moves then is how far float32 may be
 * off (Monte Carlo arithmetic; Stott Parker, "Monte Carlo Arithmetic: exploiting randomness in floating-point arithmetic",
 * UCLA CSD-970002, 1997). So the bound is that of each network, and a badly conditioned one loosens it for no other.
 */
import type { ObservedOperation, Observer, Tensor } from "../library.js";
import type { Random } from "../random.js";

/** Rounding to float32. */
export const UNIT = 2 ** -24;

// Their results are entries that they were given.
const EXACT = new Set<string>([
  ...["reshape", "transpose", "concat", "slice", "gather", "max"],
  ...["relu", "abs", "negate", "clamp", "sign", "round", "cast"],
  ...[
    "min",
    "maximum",
    "minimum",
    "where",
    "expand",
    "flip",
    "pixelShuffle",
    "pixelUnshuffle",
    "pad",
    "maxPool2d",
  ],
]);

// Sums of terms that may be larger than what is left of them: they round at the size of the largest entry.
const SUMS = new Set<string>([
  ...["linear", "matmul", "conv2d", "pixelNetwork", "pixelNetworkLoss"],
  ...[
    "sum",
    "mean",
    "averagePool2d",
    "softmax",
    "logSoftmax",
    "crossEntropy",
    "bceWithLogits",
    "resize",
    "convTranspose2d",
  ],
]);

// The terms of their gradients are nowhere to be disturbed; they are as large as the largest of all of these.
const FUSED = new Set<string>(["pixelNetwork", "pixelNetworkLoss"]);

const KINKED = new Set<string>([
  ...["relu", "leakyRelu", "abs", "clamp", "max", "min", "maximum", "minimum", "maxPool2d"],
]);

// Whose results are some of the entries, and not one for each.
const EXTREMES = new Set<string>(["max", "min", "maxPool2d"]);

// Inside of a fused operation float32 may stand on the other side of a kink that is this close, of the largest.
const CLOSE = 4e-6;

/** Where numbers lay in one step. */
export interface Sides {
  /** 1 where an entry came through as it was, 0 where not, 2 where it lies too close to a kink to say. */
  readonly sides: Uint8Array;
  /** The entries. */
  readonly entries: Float64Array;
}

export class Watch implements Observer {
  readonly #random: Random | undefined;
  #entries: Float64Array[] = [];
  #sides: Uint8Array[] = [];
  #isFused = false;

  /** @param random disturbs results; none are where it is left out. */
  constructor(random?: Random) {
    this.#random = random;
  }

  /** Notes the kinks inside of a fused operation, whose steps `body` does one after the other in float64. */
  fused(body: () => void): void {
    this.#isFused = true;
    try {
      body();
    } finally {
      this.#isFused = false;
    }
  }

  recorded(output: Tensor, { operation, inputs }: ObservedOperation): void {
    const [input] = inputs as readonly [Tensor];
    if (KINKED.has(operation)) this.#noteSides(input.data, output.data, EXTREMES.has(operation));
    if (!this.#isFused && !EXACT.has(operation)) {
      this.disturb(output.data, SUMS.has(operation) ? largestOf(output.data) : undefined);
    }
  }

  pulledBack(output: Tensor, gradients: readonly (Tensor | undefined)[]): void {
    const operation = output.node?.operation ?? "";
    if (this.#random === undefined || EXACT.has(operation)) return;
    const sizes = gradients.map((one) => (one === undefined ? 0 : largestOf(one.data)));
    gradients.forEach((gradient, index) => {
      const size = FUSED.has(operation) ? Math.max(...sizes) : (sizes[index] as number);
      if (gradient !== undefined) this.disturb(gradient.data, SUMS.has(operation) ? size : undefined);
    });
  }

  created(): void {}
  detached(): void {}
  parameterMade(): void {}
  assigned(): void {}
  stepped(): void {}
  propagated(): void {}

  /** What was noted since the last call. */
  take(): Sides {
    const length = this.#entries.reduce((sum, part) => sum + part.length, 0);
    const [sides, entries] = [new Uint8Array(length), new Float64Array(length)];
    let at = 0;
    this.#entries.forEach((part, index) => {
      entries.set(part, at);
      sides.set(this.#sides[index] as Uint8Array, at);
      at += part.length;
    });
    [this.#entries, this.#sides] = [[], []];
    return { sides, entries };
  }

  /** As rounding each number would, or rounding at a size. A sum of zeros stays 0. */
  disturb(data: Tensor["data"], size?: number): void {
    const random = this.#random;
    if (random === undefined) return;
    for (let i = 0; i < data.length; i++) {
      const value = data[i] as number;
      if (value !== 0) data[i] = value + UNIT * (2 * random.uniform() - 1) * (size ?? value);
    }
  }

  #noteSides(input: Tensor["data"], output: Tensor["data"], isExtreme: boolean): void {
    const largest = isExtreme ? new Set(output) : undefined;
    const close = this.#isFused ? CLOSE * largestOf(input) : 0;
    const sides = new Uint8Array(input.length);
    for (let i = 0; i < input.length; i++) {
      const entry = input[i] as number;
      const isThrough = largest === undefined ? entry === output[i] : largest.has(entry);
      sides[i] = Math.abs(entry) < close ? 2 : isThrough ? 1 : 0;
    }
    this.#entries.push(Float64Array.from(input));
    this.#sides.push(sides);
  }
}

export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] as number));
  return largest;
}

/** Whether all numbers lay on the same sides, far enough from the kinks to say so. */
export function areSame({ sides: a }: Sides, { sides: b }: Sides): boolean {
  return a.length === b.length && a.every((side, index) => side === b[index] && side !== 2);
}
