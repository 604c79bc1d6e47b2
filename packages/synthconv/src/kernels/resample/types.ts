import type { Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";

/** Entry i of the result is the sum over k of `weights[i * count + k]` times entry `sources[i * count + k]`. */
export interface AxisTaps {
  readonly input: number;
  readonly output: number;
  /** Entries that make one. */
  readonly count: number;
  readonly sources: Int32Array;
  readonly weights: Float64Array;
}

/** Planes of `rows.input` x `columns.input` pixels that become planes of `rows.output` x `columns.output`. */
export interface Resampling {
  readonly planes: number;
  readonly rows: AxisTaps;
  readonly columns: AxisTaps;
}

/** Writes all planes, one behind the other; both arrays have one element type. */
export type ResamplePass = (from: FloatArray, to: FloatArray) => void;

/** The way that is asked for: the map, or from planes of the result's size to planes of the image's by its transpose. */
export type Direction = "apply" | "adjoint";

export type ResampleImplementation = Implementation<
  [one: Resampling, direction: Direction, from: FloatArray],
  ResamplePass
>;
