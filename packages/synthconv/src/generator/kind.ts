/** What a kind of generator is. */
import type * as v from "valibot";
import type { Fields, Initializer, Shape } from "../core/index.js";
import type { GeneratorArithmetic, Shaped } from "./arithmetic.js";
import type { GeneratorStart } from "./initialization.js";
import type { GeneratedPlace } from "./places.js";

/** What a generator reads, and what it writes. */
export interface GeneratorSizes {
  /** D, the numbers in a condition; 0 for none. */
  readonly conditionLength: number;
  readonly places: readonly GeneratedPlace[];
}

/** Entries `from` to `to` of a parameter along one of its axes. */
export interface ParameterSlice {
  readonly name: string;
  readonly axis: 0 | 1;
  readonly from: number;
  readonly to: number;
}

/** A generator of some kind, size and settings, free of the tape: what trains it, applies it and stores it reads this. */
export interface Generator {
  /** For people: `fully connected 1 - 32 - 451, relu`. */
  readonly summary: string;
  /** Names and shapes of its parameters, in the order in which they stand in a file. */
  readonly parameters: ReadonlyMap<string, Shape>;
  /** The variance with which the entries of a tensor are to start. */
  targetVariance(start: GeneratorStart, place: GeneratedPlace): number;
  /**
   * The first numbers of every parameter.
   *
   * @throws {ValueError} when it cannot start as it is asked to.
   */
  initializers(start: GeneratorStart): ReadonlyMap<string, Initializer>;
  /**
   * The entries of parameters in which what is written for a tensor is linear: multiplied by a number, they multiply it.
   * Tensors that share them can only be scaled together. Empty where its size is what it is.
   */
  scaledBy(place: GeneratedPlace): readonly ParameterSlice[];
  /** Whether a tensor is trained, but the same for every condition: a modulated layer's bias. Absent: none is. */
  isShared?(place: GeneratedPlace): boolean;
  /**
   * @param parameter the value of a parameter by its name.
   * @param condition `[B,D]`
   * @returns every tensor of the places as `[B,...shape]`, by name and in their order.
   */
  forward<Value extends Shaped>(
    arithmetic: GeneratorArithmetic<Value>,
    parameter: (name: string) => Value,
    condition: Value,
  ): ReadonlyMap<string, Value>;
}

/** A row of the table of kinds. */
export interface GeneratorKind<Settings> {
  /** What a look's file says of a generator of this kind. */
  readonly settings: v.GenericSchema<unknown, Settings>;
  /** What a program may give as its settings: files have narrower bounds. */
  readonly fields: Fields<Settings>;
  describe(settings: Settings, sizes: GeneratorSizes): Generator;
}
