import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { initializers } from "../core/initializers.js";
import { whole } from "../core/kinds.js";
import { bothSides, type Pair, pair } from "../ops/check.js";
import { CONV_TRANSPOSE_OPTIONS } from "../ops/conv-transpose2d.js";
import { type ConvTranspose2dOptions, convTranspose2d } from "../ops/index.js";
import { declareParameter } from "./declare-parameter.js";
import { HAS_BIAS } from "./kinds.js";
import { Module } from "./module.js";

export interface ConvTranspose2dLayerOptions extends ConvTranspose2dOptions {
  /** Default true. */
  readonly bias?: boolean;
}

const OPTIONS: Fields<ConvTranspose2dLayerOptions> = { ...CONV_TRANSPOSE_OPTIONS, bias: HAS_BIAS };

/** A transposed convolution of I input and O output channels whose weights are trained (torch.nn.ConvTranspose2d). */
export class ConvTranspose2d extends Module {
  /** [I,O/groups,kh,kw] */
  readonly weight: Parameter;
  /** [O] */
  readonly bias: Parameter | undefined;
  readonly groups: number;
  readonly #options: ConvTranspose2dOptions;

  /**
   * @param kernelSize one number, or [kh, kw].
   * @throws {ValueError} when an argument is of another kind, or groups do not divide the channels.
   */
  constructor(
    inputs: number,
    outputs: number,
    kernelSize: Pair,
    layerOptions: ConvTranspose2dLayerOptions = {},
  ) {
    super();
    check("ConvTranspose2d", "inputs", inputs, whole(1));
    check("ConvTranspose2d", "outputs", outputs, whole(1));
    check("ConvTranspose2d", "kernelSize", kernelSize, pair(1));
    checkOptions("ConvTranspose2d", layerOptions, OPTIONS);
    const { bias = true, ...options } = layerOptions;
    const { groups = 1 } = options;
    const [height, width] = bothSides(kernelSize);
    if (inputs % groups !== 0 || outputs % groups !== 0) {
      throw new ValueError({
        where: "ConvTranspose2d groups",
        expected: "a divisor of the input and of the output channels",
        received: `${groups} groups for ${inputs} and ${outputs} channels`,
      });
    }
    const groupOutputs = outputs / groups;
    // PyTorch takes the second axis of the weight for its fan-in.
    const standard = initializers.torch(groupOutputs * height * width);
    const shape = [inputs, groupOutputs, height, width];
    this.weight = declareParameter(shape, standard, "the weight of a ConvTranspose2d");
    if (bias) this.bias = declareParameter([outputs], standard, "the bias of a ConvTranspose2d");
    this.groups = groups;
    this.#options = options;
  }

  /**
   * @param image [B,I,H,W]
   * @returns [B,O,H',W']
   * @throws {ShapeError} when the image has other channels.
   */
  forward(image: Tensor): Tensor {
    return convTranspose2d(image, this.weight, this.bias, this.#options);
  }
}
