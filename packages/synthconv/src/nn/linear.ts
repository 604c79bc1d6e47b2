import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { linear } from "../ops/index.js";
import { declareParameter, type Initialiser, torchInitialiser } from "./initialisation.js";
import { Module } from "./module.js";
import { checkSizes } from "./sizes.js";

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Where the first numbers come from. Default as PyTorch: U(-1/sqrt(I), 1/sqrt(I)) for both. */
  readonly initialisers?: { readonly weight?: Initialiser; readonly bias?: Initialiser };
}

/** A fully connected layer of I inputs and O outputs (torch.nn.Linear). */
export class Linear extends Module {
  /** [O,I] */
  readonly weight: Parameter;
  /** [O] */
  readonly bias: Parameter | undefined;

  /** @throws {ValueError} when a size is not a whole number of 1 or more. */
  constructor(inputs: number, outputs: number, { bias = true, initialisers = {} }: LinearOptions = {}) {
    super();
    checkSizes("Linear", { inputs, outputs });
    const standard = torchInitialiser(inputs);
    this.weight = declareParameter([outputs, inputs], initialisers.weight ?? standard);
    if (bias) this.bias = declareParameter([outputs], initialisers.bias ?? standard);
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
