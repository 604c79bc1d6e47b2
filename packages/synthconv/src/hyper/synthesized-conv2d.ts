import type { Tensor } from "../autograd/tensor.js";
import { Module } from "../nn/index.js";
import { type Conv2dOptions, conv2d, type Pair } from "../ops/index.js";
import type { GeneratorInitialization } from "./head-initialization.js";
import { WeightGenerator } from "./weight-generator.js";

export interface SynthesizedConv2dOptions extends Conv2dOptions {
  /** D, the numbers in a condition; 0 for none. */
  readonly conditionLength: number;
  /** Widths of the generator's hidden layers. */
  readonly hidden: readonly number[];
  /** Channels of the image. */
  readonly inputs: number;
  /** Channels of the result. */
  readonly outputs: number;
  /** One number, or [kh, kw]. Default 1. */
  readonly kernelSize?: Pair;
  /** Write a bias too. Default true. */
  readonly bias?: boolean;
  /** 2 (default) where a ReLU follows this layer, 1 where none does. */
  readonly gain?: number;
  readonly initialization?: GeneratorInitialization;
  readonly conditionMeanSquare?: number;
}

/**
 * A convolution that holds no weights itself: a fully connected network writes them from a condition, one
 * set per sample.
 */
export class SynthesizedConv2d extends Module {
  readonly generator: WeightGenerator<"weight" | "bias"> | WeightGenerator<"weight">;
  readonly #options: Conv2dOptions;

  /** @throws {ValueError} when a size or an option is out of range. */
  constructor(options: SynthesizedConv2dOptions) {
    super();
    const { conditionLength, hidden, inputs, outputs, kernelSize = 1, bias = true, gain = 2 } = options;
    const { initialization = "hyperfanIn", conditionMeanSquare = 1 } = options;
    const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    const kernel = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
    const weight = { name: "weight" as const, shape: [outputs, inputs / groups, ...kernel], gain };
    const common = { conditionLength, hidden, initialization, conditionMeanSquare };
    this.generator = bias
      ? new WeightGenerator({ ...common, tensors: [weight, { name: "bias", shape: [outputs], gain }] })
      : new WeightGenerator({ ...common, tensors: [weight] });
    this.#options = { stride, padding, dilation, groups };
  }

  /**
   * @param image [B,I,H,W]
   * @param condition [B,D]
   * @returns [B,O,H',W']
   * @throws {ShapeError} when the two batches differ, or a shape does not fit.
   */
  forward(image: Tensor, condition: Tensor): Tensor {
    const written: { weight: Tensor; bias?: Tensor } = this.generator.forward(condition);
    return conv2d(image, written.weight, written.bias, this.#options);
  }
}
