import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { initializers } from "../core/initializers.js";
import { whole } from "../core/kinds.js";
import type { Shape } from "../core/shape.js";
import { gather } from "../ops/index.js";
import { declareParameter } from "./declare-parameter.js";
import { Module } from "./module.js";

/** A trained row of D numbers for each of N entries (torch.nn.Embedding): a style by its number, say. */
export class Embedding extends Module {
  /** [N,D], normal with standard deviation 1 as in PyTorch. */
  readonly weight: Parameter;

  /** @throws {ValueError} when a size is not a whole number of 1 or more. */
  constructor(entries: number, length: number) {
    super();
    check("Embedding", "entries", entries, whole(1));
    check("Embedding", "length", length, whole(1));
    this.weight = declareParameter([entries, length], initializers.normal(1), "the weight of an Embedding");
  }

  /**
   * @param indices whole numbers from 0 to N - 1.
   * @param shape that the indices fill; default one axis.
   * @returns [...shape,D]
   * @throws {ValueError} when an index has no row.
   */
  forward(indices: readonly number[] | Int32Array, shape?: Shape): Tensor {
    return gather(this.weight, indices, shape);
  }
}
