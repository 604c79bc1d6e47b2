/** What a case of the conformance suite is. Nothing here or in forms/ knows where it runs. */
import type { Random } from "./random.js";

export type Numbers = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray | Uint16Array;

/** Named arrays: `output`, `image gradient`, `weight 0`. */
export type Outputs = Readonly<Record<string, Numbers>>;

/** Numbers in float64 under the names of the outputs. */
export type Exact = Readonly<Record<string, ArrayLike<number>>>;

/** The worst entry of an output that is further off than it may be. */
export interface Complaint {
  readonly output: string;
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
  /** How many times as far off as it may be; NaN where one of both is no number. */
  readonly excess: number;
}

/** Puts an array where the threads of the run can work on it; every input and output goes through it. */
export type Place = <Array extends Numbers>(values: Array) => Array;

/**
 * How a case is run beside one thread: not at all, with two and three threads and its arrays in the memory that they
 * share, or with them and its arrays elsewhere.
 */
export type Threads = "one" | "shared memory" | "other memory";

type Field = number | string | boolean | readonly (number | string)[];

/** A case as data: sizes, options, and the seed of its numbers. It says everything, so that it can be pasted into a test. */
export type Description = {
  /** The name of its form. */
  readonly form: string;
  readonly seed: number;
  readonly threads: Threads;
} & { readonly [field: string]: Field };

/** A case whose numbers are drawn, ready to run any number of times. */
export type Case = CaseOfArrays | CaseOfItsOwn;

interface AnyCase {
  /** Counted with the choices that the kernels make, where coverage asks for them. */
  readonly features?: readonly string[];
  /** Calls Math.exp and the like, whose last bit differs between engines, or gives NaN, of which there are many. */
  readonly isEngineBound?: boolean;
  /**
   * Takes long on the reference, whose loops take the same way at any size: one in a few of such cases runs there.
   */
  readonly isHeavy?: boolean;
  /** The call on the current backend. */
  run(place: Place): Outputs;
}

/** Whose outputs are the same numbers on all backends, but for rounding. */
export interface CaseOfArrays extends AnyCase {
  readonly judge?: undefined;
  /** Of one sum after the other, as the layers of a network are, each of which rounds. */
  readonly isChained?: boolean;
  /** What `run` should give, in float64 arithmetic. */
  exact(): Exact;
  /** The sum of the sizes of an output's terms, for cases whose terms may cancel; the others have none. */
  readonly terms?: (() => Exact) | undefined;
}

/** Where what is right depends on what came. */
export interface CaseOfItsOwn extends AnyCase {
  /**
   * What is wrong with what `run` gave.
   *
   * @param note counts what was compared, as the choices of the kernels are.
   */
  judge(outputs: Outputs, note: (taken: string) => void): readonly Complaint[];
}

/** Draws cases that take a way of a kernel which cases drawn freely seldom take. */
export interface Aim<Of> {
  readonly name: string;
  /** How often a run draws it at least, where that is less often than usual: such a case takes long. */
  readonly times?: number;
  draw(random: Random): Of;
}

/** One way to call the kernels: `conv2d`. */
export interface Form<Of extends Description = Description> {
  readonly name: string;
  /** Of the cases that are drawn freely, beside those of the other forms. */
  readonly share: number;
  /** What a failing case is shrunk towards, field by field. */
  readonly simplest: Of;
  /** From the whole space; may be no case at all, then it is drawn again. */
  draw(random: Random): Of;
  readonly aims: readonly Aim<Of>[];
  /** Whether sizes and options fit together, and the work is bounded. */
  isValid(description: Of): boolean;
  /** Undefined where the numbers are such that float32 and float64 may rightly differ. */
  prepare(description: Of): Case | undefined;
}
