/** The activations of ops/ as modules, for `Sequential`. Shapes stay as they are. */
import type { Tensor } from "../autograd/tensor.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { FINITE, optional } from "../core/kinds.js";
import { gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "../ops/index.js";
import { Module } from "./module.js";

interface LeakyReLUOptions {
  /** Default 0.01. */
  readonly negativeSlope?: number;
}

const LEAKY_RELU_OPTIONS: Fields<LeakyReLUOptions> = { negativeSlope: optional(FINITE) };
const asSlope = (value: unknown): string | undefined =>
  typeof value === "number" ? `Write new LeakyReLU({ negativeSlope: ${value} }).` : undefined;

export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return relu(x);
  }
}

export class LeakyReLU extends Module {
  readonly negativeSlope: number;

  /** @throws {ValueError} when the slope is not a finite number. */
  constructor(options: LeakyReLUOptions = {}) {
    super();
    checkOptions("LeakyReLU", options, LEAKY_RELU_OPTIONS, { repair: asSlope });
    const { negativeSlope = 0.01 } = options;
    this.negativeSlope = negativeSlope;
  }

  forward(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }
}

export class SiLU extends Module {
  forward(x: Tensor): Tensor {
    return silu(x);
  }
}

export class GELU extends Module {
  forward(x: Tensor): Tensor {
    return gelu(x);
  }
}

export class Tanh extends Module {
  forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

export class Sigmoid extends Module {
  forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

export class Softplus extends Module {
  forward(x: Tensor): Tensor {
    return softplus(x);
  }
}
