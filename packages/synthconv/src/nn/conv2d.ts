import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { initializers } from "../core/initializers.js";
import { whole } from "../core/kinds.js";
import { bothSides, type Pair, pair } from "../ops/check.js";
import { CONV2D_OPTIONS } from "../ops/conv2d-options.js";
import { type Conv2dOptions, conv2d } from "../ops/index.js";
import { declareParameter } from "./declare-parameter.js";
import { HAS_BIAS } from "./kinds.js";
import { Module } from "./module.js";

export interface Conv2dLayerOptions extends Conv2dOptions {
  /** Default true. */
  readonly bias?: boolean;
}

const OPTIONS: Fields<Conv2dLayerOptions> = { ...CONV2D_OPTIONS, bias: HAS_BIAS };

/**
 * A two-dimensional convolution of I input and O output channels whose weights are trained (torch.nn.Conv2d).
 * For weights that another network writes, call `conv2d(image, weight, bias)` itself.
 */
export class Conv2d extends Module {
  /** [O,I/groups,kh,kw] */
  readonly weight: Parameter;
  /** [O] */
  readonly bias: Parameter | undefined;
  readonly #options: Conv2dOptions;

  /**
   * @param kernelSize one number, or [kh, kw].
   * @throws {ValueError} when an argument is of another kind, or groups do not divide the channels.
   */
  constructor(inputs: number, outputs: number, kernelSize: Pair, layerOptions: Conv2dLayerOptions = {}) {
    super();
    check("Conv2d", "inputs", inputs, whole(1));
    check("Conv2d", "outputs", outputs, whole(1));
    check("Conv2d", "kernelSize", kernelSize, pair(1));
    checkOptions("Conv2d", layerOptions, OPTIONS);
    const { bias = true, ...options } = layerOptions;
    const { groups = 1 } = options;
    const [height, width] = bothSides(kernelSize);
    if (inputs % groups !== 0 || outputs % groups !== 0) {
      throw new ValueError({
        where: "Conv2d groups",
        expected: "a divisor of the input and of the output channels",
        received: `${groups} groups for ${inputs} and ${outputs} channels`,
      });
    }
    const groupInputs = inputs / groups;
    const standard = initializers.torch(groupInputs * height * width);
    this.weight = declareParameter([outputs, groupInputs, height, width], standard, "the weight of a Conv2d");
    if (bias) this.bias = declareParameter([outputs], standard, "the bias of a Conv2d");
    this.#options = options;
  }

  /**
   * @param image [B,I,H,W]
   * @returns [B,O,H',W']
   * @throws {ShapeError} when the image has other channels or is smaller than the kernel.
   */
  forward(image: Tensor): Tensor {
    return conv2d(image, this.weight, this.bias, this.#options);
  }
}
