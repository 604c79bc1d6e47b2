import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { type Initializer, initializers } from "../core/initializers.js";
import { kind, optional, whole } from "../core/kinds.js";
import { linear } from "../ops/index.js";
import { declareParameter } from "./declare-parameter.js";
import { HAS_BIAS, INITIALIZER } from "./kinds.js";
import { Module } from "./module.js";

export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean;
  /** Where the first numbers come from. Default as PyTorch: U(-1/sqrt(I), 1/sqrt(I)) for both. */
  readonly initializers?: LinearInitializers;
}

interface LinearInitializers {
  readonly weight?: Initializer;
  readonly bias?: Initializer;
}

const OPTIONS: Fields<LinearOptions> = {
  bias: HAS_BIAS,
  initializers: optional(kind<LinearInitializers>("an object { weight, bias }", isPlainObject)),
};
const INITIALIZERS: Fields<LinearInitializers> = {
  weight: optional(INITIALIZER),
  bias: optional(INITIALIZER),
};

/** A fully connected layer of I inputs and O outputs (torch.nn.Linear). */
export class Linear extends Module {
  /** [O,I] */
  readonly weight: Parameter;
  /** [O] */
  readonly bias: Parameter | undefined;

  /** @throws {ValueError} when a size is not a whole number of 1 or more, or an option of another kind. */
  constructor(inputs: number, outputs: number, options: LinearOptions = {}) {
    super();
    check("Linear", "inputs", inputs, whole(1));
    check("Linear", "outputs", outputs, whole(1));
    checkOptions("Linear", options, OPTIONS);
    const { bias = true, initializers: given = {} } = options;
    checkOptions("Linear", given, INITIALIZERS, { name: "initializers" });
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
