/** What runs a correlation, and the arrays that it runs on. */
import type { Implementation } from "../../../core/choices.js";
import type { FloatArray } from "../../../core/index.js";
import type { Correlation } from "./correlation.js";

/** Planes of an image, one behind the other from `start` on. */
export interface Planes {
  readonly data: FloatArray;
  readonly start: number;
}

/** Weights of output o, channel i and tap t at `start + o * outputStep + i * channelStep + t`. */
export interface Weights {
  readonly data: FloatArray;
  readonly start: number;
  readonly outputStep: number;
  readonly channelStep: number;
}

/** What the sums of an output start from; 0 where there is none. */
export type Bias = ((output: number) => number) | undefined;

/** Tiles [from, to) of a plane: a plane is worked on a range of tiles at a time, in any order. */
export type TileRange = readonly [from: number, to: number];

/** Correlations of groups of planes, all of the same sizes, with sets of weights. */
export interface Correlator {
  /** Tiles of a plane. */
  readonly tiles: number;
  /** Writes the correlation of one group of planes, with one set of weights, plus a bias. */
  run(source: Planes, weights: Weights, bias: Bias, target: Planes, range: TileRange): void;
}

/** Gradients of sets of weights, all of the same sizes. */
export interface WeightCorrelator {
  readonly tiles: number;
  /** Adds the gradient of one set of weights; its numbers are float64. */
  run(source: Planes, upstream: Planes, gradient: Weights, range: TileRange): void;
}

/** What a correlation is to be run with. */
export interface CorrelationCall {
  readonly correlation: Correlation;
  readonly channels: number;
  readonly outputs: number;
  /** Whether a kernel may run it and pays: said of the whole convolution, once (../run.ts). */
  readonly onKernel: boolean;
}

/** Each makes ready on this thread; what it returns holds until another kernel is called there. */
export interface PreparedCorrelation {
  correlator(): Correlator;
  weightCorrelator(): WeightCorrelator;
}

export type CorrelationImplementation = Implementation<[call: CorrelationCall], PreparedCorrelation>;
