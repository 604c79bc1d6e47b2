import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { type Initializer, initializers } from "../core/initializers.js";
import { linear } from "../ops/index.js";
import { declareParameter } from "./declare-parameter.js";
import { Module } from "./module.js";
import { checkSizes } from "./sizes.js";

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Where the first numbers come from. Default as PyTorch: U(-1/sqrt(I), 1/sqrt(I)) for both. */
  readonly initializers?: { readonly weight?: Initializer; readonly bias?: Initializer };
}

/** A fully connected layer of I inputs and O outputs (torch.nn.Linear). */
export class Linear extends Module {
  /** [O,I] */
  readonly weight: Parameter;
  /** [O] */
  readonly bias: Parameter | undefined;

  /** @throws {ValueError} when a size is not a whole number of 1 or more. */
  constructor(
    inputs: number,
    outputs: number,
    { bias = true, initializers: given = {} }: LinearOptions = {},
  ) {
    super();
    checkSizes("Linear", { inputs, outputs });
    const standard = initializers.torch(inputs);
    this.weight = declareParameter([outputs, inputs], given.weight ?? standard, "the weight of a Linear");
    if (bias) this.bias = declareParameter([outputs], given.bias ?? standard, "the bias of a Linear");
  }

  /**
   * @param x [...,I]
   * @returns [...,O]
   * @throws {ShapeError} when the last axis is not I.
   */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}
