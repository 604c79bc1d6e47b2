/**
 * What the doctor found, as plain data: every report (terminal, JSON, HTML) is made from this and from
 * nothing else. `--json` prints it as it is, so its fields are stable: a change raises `DIAGNOSIS_VERSION`.
 */
import type { DType } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";

export const DIAGNOSIS_VERSION = 4;

/**
 * - `learns`: a gradient arrives and the optimizer moves it.
 * - `cut`: the loss was computed from it, but no gradient can flow back.
 * - `unused`: the loss does not depend on it.
 * - `zero`: connected, and its gradient is zero in every step that was watched.
 * - `notHeld`: it has a gradient, and no optimizer that was given updates it.
 * - `exploding`: its gradient or its update is out of proportion to its weights.
 * - `nonFinite`: its gradient or its numbers are NaN or infinite.
 * - `frozen`: not trained on purpose.
 * - `idle`: had nothing to learn in these steps, which is no fault: its `excuse` says why.
 */
export type ParameterStatus =
  | "learns"
  | "cut"
  | "unused"
  | "zero"
  | "notHeld"
  | "exploding"
  | "nonFinite"
  | "frozen"
  | "idle";

/** What went wrong. The first twelve are the ways in which a graph breaks (docs/doctor.md, the table). */
export type Fault =
  | "rewrappedAsParameter"
  | "assignedIntoParameter"
  | "computedWithoutTape"
  | "detached"
  | "plainNumbers"
  | "overwrittenInPlace"
  | "zeroDerivative"
  | "notWired"
  | "optimizerHoldsOthers"
  | "createdInForward"
  | "alwaysZero"
  | "conditionMixed"
  | "exploding"
  | "nonFinite"
  | "staleGraph"
  | "nothingToTrain"
  | "ownOperation"
  | "vanishing"
  | "squashedTwice"
  | "lossStandsStill"
  | "collapsedGenerator"
  | "generatedScale";

/** A line of the user's code. */
export interface Place {
  /** A path, relative to the working directory where it lies below it. */
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
  readonly column: number;
  /** The text of the line, where it could be read. */
  readonly source?: string;
}

/** One thing that is wrong, told once for all parameters that it stops. */
export interface Finding {
  readonly fault: Fault;
  /** A `warning` does not stop anything from learning; it stands in the verdict all the same. */
  readonly severity: "fault" | "warning";
  /** Dotted paths. */
  readonly parameters: readonly string[];
  /** Where it happened; absent where there is no line to blame. */
  readonly place?: Place;
  /** One sentence: what happened. */
  readonly cause: string;
  /** One sentence: what to write instead. Absent where none is known to be right. */
  readonly repair?: string;
}

/** Sample quantities over the steps that were watched, one entry a step. */
export interface ParameterNumbers {
  /** Euclidean norm of the gradient; null where none arrived. */
  readonly gradientNorm: readonly (number | null)[];
  /** Euclidean norm of the weights before the update. */
  readonly weightNorm: readonly number[];
  /** Norm of the update over the norm of the weights; null without an update. About 0.001 is usual. */
  readonly updateRatio: readonly (number | null)[];
  /** Entries of the gradient that are NaN or infinite, in the last step. */
  readonly nonFinite: number;
}

export interface ParameterDiagnosis {
  /** Dotted path. */
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly status: ParameterStatus;
  /** Index in `findings` of what explains the status; absent for parameters that are well. */
  readonly finding?: number;
  /** Why a status that looks bad is not: the reason given to detach, a declared zero start, a batch that did not touch it. */
  readonly excuse?: string;
  readonly numbers: ParameterNumbers;
  /** Output units of its layer that were zero for every input of the batch; absent where there is no such layer. */
  readonly deadUnits?: { readonly dead: number; readonly units: number };
}

/** A node of the graph from the condition to the loss. */
export interface GraphNode {
  /** Unique in the graph. */
  readonly id: string;
  readonly kind: "input" | "parameter" | "operation" | "loss";
  /** What a reader calls it: `generator.0.weight`, `linear`, `condition [8,16]`. */
  readonly label: string;
  readonly shape: Shape;
  readonly place?: Place;
  /** Dotted path of the module that it belongs to: its own parameter, or one that it was computed with. Empty: none. */
  readonly module: string;
  /** True for a parameter that the loss was not computed from. */
  readonly unused?: boolean;
  /** Index in `findings` of what is wrong here. */
  readonly finding?: number;
}

/**
 * What comes back along an edge when the loss is differentiated.
 *
 * - `flows`: a gradient that is not zero everywhere.
 * - `zero`: a gradient of zeros.
 * - `none`: no gradient, as it is cut here or further on.
 * - `unasked`: none, and nobody wants one: an input, a frozen parameter.
 */
export type EdgeGradient = "flows" | "zero" | "none" | "unasked";

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** True where values flow forward but no gradient flows back, although what lies behind could receive one. */
  readonly cut: boolean;
  readonly gradient: EdgeGradient;
  /** Index in `findings` of the cut. */
  readonly finding?: number;
}

/** What only a network that writes weights can be asked. */
export interface HypernetworkDiagnosis {
  /**
   * Largest change of the weights or the output of another sample when the condition of one is changed, over the
   * largest change of any; 0 is right, and up to 1. Null where it cannot be said: shared weights, one sample, a
   * loss that is another in every run.
   */
  readonly crossTalk: number | null;
  /** Mean distance of the weights of different conditions over their mean norm; near 0 the generator has collapsed. */
  readonly spread: number | null;
  /** For each generated weight tensor: its standard deviation against the one that its layer wants. */
  readonly scales: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly deviation: number;
    readonly wanted: number;
  }[];
}

export interface Diagnosis {
  readonly version: number;
  /** True when no finding is a fault: every parameter learns, is frozen, or is excused. */
  readonly healthy: boolean;
  /** `ill` with a fault, `warned` with warnings alone, `well` without either. */
  readonly state: "well" | "warned" | "ill";
  /** One sentence that a person reads first. */
  readonly verdict: string;
  /** Steps that were watched. */
  readonly steps: number;
  /** JSON has null for one that is not finite. */
  readonly losses: readonly number[];
  readonly parameters: readonly ParameterDiagnosis[];
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Absent where only a run's history was there to read. */
  readonly graph?: { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };
  readonly hypernetwork?: HypernetworkDiagnosis;
}
