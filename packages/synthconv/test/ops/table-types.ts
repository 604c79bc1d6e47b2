import type { Tensor } from "../../src/autograd/index.js";
import type { Shape } from "../../src/core/index.js";
import type * as ops from "../../src/ops/index.js";

/** All but `split`, which gives several tensors and has tests of its own. */
export type OperationName = Exclude<keyof typeof ops, "split">;

/** What the inputs of a sample are drawn from; all stay away from kinks, which have their own tests. */
export type Domain = "signed" | "positive";

/** One call that works. `args` puts drawn inputs of the given shapes where the operation wants them. */
export interface Sample<Operation extends (...args: never[]) => Tensor> {
  readonly title: string;
  readonly inputs: readonly Shape[];
  readonly domain?: Domain;
  readonly args: (...inputs: Tensor[]) => Parameters<Operation>;
  readonly shape: Shape;
}

/** One call that is refused, and the whole message. */
export interface BadCall<Operation extends (...args: never[]) => Tensor> {
  readonly args: () => Parameters<Operation>;
  readonly error: "ShapeError" | "ValueError" | "GraphError";
  readonly message: string;
}

export interface Entry<Operation extends (...args: never[]) => Tensor> {
  readonly samples: readonly Sample<Operation>[];
  /** Empty only for operations that accept every tensor. */
  readonly badCalls: readonly BadCall<Operation>[];
}

export type Table<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: Entry<(typeof ops)[Name]>;
};
