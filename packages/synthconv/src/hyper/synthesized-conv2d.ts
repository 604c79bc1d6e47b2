import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { asInstance, type Kind, kind, optional } from "../core/kinds.js";
import { Module } from "../nn/index.js";
import { CONV2D_OPTIONS } from "../ops/conv2d-options.js";
import { type Conv2dOptions, conv2d } from "../ops/index.js";

/** What writes a convolution's weights: a `WeightGenerator` over `conv2dTensors`, or a module of your own. */
export interface Conv2dGenerator extends Module {
  /**
   * @param condition [B,...]
   * @returns weight `[B,O,I/groups,kh,kw]` and bias `[B,O]`, one set per sample.
   */
  forward(condition: Tensor): { readonly weight: Tensor; readonly bias?: Tensor };
}

const GENERATOR: Kind<Conv2dGenerator> = kind(
  "a Module whose forward(condition) gives { weight, bias }",
  (value) => value instanceof Module && typeof (value as unknown as Conv2dGenerator).forward === "function",
  (value) =>
    Array.isArray(value)
      ? "Write new WeightGenerator({ conditionLength, hidden, tensors })."
      : asInstance(value, Module),
);

/** What a generator's `forward` returns. */
const WRITTEN: Fields<ReturnType<Conv2dGenerator["forward"]>> = { weight: TENSOR, bias: optional(TENSOR) };

/** A convolution that holds no weights itself: the generator that it receives writes them, one set per sample. */
export class SynthesizedConv2d extends Module {
  readonly generator: Conv2dGenerator;
  readonly #options: Conv2dOptions;

  /** @throws {ValueError} when the generator is no such module, or an option of another kind. */
  constructor(generator: Conv2dGenerator, options: Conv2dOptions = {}) {
    super();
    check("SynthesizedConv2d", "generator", generator, GENERATOR);
    checkOptions("SynthesizedConv2d", options, CONV2D_OPTIONS);
    this.generator = generator;
    this.#options = options;
  }

  /**
   * @param image [B,I,H,W]
   * @param condition [B,...], what the generator reads.
   * @returns [B,O,H',W']
   * @throws {ShapeError} when the two batches differ, or a shape does not fit.
   * @throws {ValueError} when one is no tensor, or the generator returns something else than its weight and bias.
   */
  forward(image: Tensor, condition: Tensor): Tensor {
    check("SynthesizedConv2d", "image", image, TENSOR);
    check("SynthesizedConv2d", "condition", condition, TENSOR);
    const written = this.generator.forward(condition);
    checkOptions("SynthesizedConv2d", written, WRITTEN, { name: "generator's result", repair: asWritten });
    const { weight, bias } = written;
    return conv2d(image, weight, bias, this.#options);
  }
}

function asWritten(value: unknown): string | undefined {
  if (value instanceof Promise) return "A generator's forward cannot be async.";
  return TENSOR.accepts(value) ? "Return { weight, bias }." : undefined;
}
