/** What a case of the conformance suite is. Nothing here or in forms/ knows where it runs. */

export type Numbers = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray | Uint16Array;

/** Named arrays: `output`, `image gradient`, `weight 0`. */
export type Outputs = Readonly<Record<string, Numbers>>;

/** The unrounded results in float64, under the names of the outputs. */
export type Exact = Readonly<Record<string, ArrayLike<number>>>;

/** Puts an array where the threads of the run can work on it; every input and output goes through it. */
export type Place = <Array extends Numbers>(values: Array) => Array;

export interface Case {
  /** Sizes and options, unique in its form: `3-16-3 relu, 513 pixels`. */
  readonly name: string;
  /** Large enough for threads to share it. */
  readonly isShared?: boolean;
  /**
   * Calls Math.exp and the like, whose last bit differs between engines, or gives NaN, of which there are many: the
   * plain backend's bits may differ too.
   */
  readonly isEngineBound?: boolean;
  /** The call on the current backend. */
  run(place: Place): Outputs;
  /** What `run` should give, in float64 arithmetic. */
  exact(): Exact;
}

/** One way to call the kernels: `pixel network, forward`. */
export interface Form {
  readonly name: string;
  readonly cases: readonly Case[];
}
