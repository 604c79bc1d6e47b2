/** What a row of the public operations is: what is drawn for a call, and the call. */
import type { Threads } from "../../case.js";
import type { Tensor } from "../../library.js";
import type { Random } from "../../random.js";
import type { FamilyName, Spoiler } from "../../values.js";

export type OperationCase = {
  readonly form: "operation";
  readonly operation: string;
  /** Shapes of the inputs, of as many as the operation takes. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly c: readonly number[];
  /** Axes, ranges, indices: what the operation takes beside tensors. */
  readonly axes: readonly number[];
  readonly flag: boolean;
  readonly values: FamilyName;
  /** Of the inputs behind the first. */
  readonly others: FamilyName;
  readonly upstream: FamilyName;
  readonly spoiler: Spoiler;
  readonly threads: Threads;
  readonly seed: number;
};

export type Part = Partial<OperationCase>;

export interface OperationRow {
  readonly name: string;
  draw(random: Random): Part;
  /** Names of the fields that are the shapes of its inputs. */
  readonly inputs: readonly ("a" | "b" | "c")[];
  call(inputs: readonly Tensor[], one: OperationCase): Tensor;
  /**
   * What it is of the sizes of its inputs, whose outcome and gradients then are the sizes of the terms; without it every
   * number is judged by its own size.
   */
  readonly ofSizes?: OperationRow["call"];
  /**
   * The sizes of the terms of the first input's gradient, from the sizes of the results and of their gradient, where they are
   * neither.
   */
  readonly gradientTerms?: (
    output: Float64Array,
    upstream: Float64Array,
    input: Float64Array,
  ) => Float64Array;
  /** Its slope is not that of its neighbours: steps, or the largest of entries that may be equal. */
  readonly hasJumps?: boolean;
  /** Its domain is that of numbers from 0 on; a few cases leave it. */
  readonly isOfPositive?: boolean;
  /** Its results leave float32 for large or tiny numbers. */
  readonly isSteep?: boolean;
}

export const MOST_AXES = 4;

/** Any, with an empty or a single axis now and then. */
export function shapeOf(random: Random, axes: number = random.integer(0, MOST_AXES)): number[] {
  const most = 2 ** Math.min(10, 12 / Math.max(1, axes));
  return Array.from({ length: axes }, () => (random.chance(0.03) ? 0 : random.axis(most)));
}
