import { zeros } from "../autograd/creation.js";
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import {
  constantInitializer,
  declareParameter,
  type Initializer,
  kaimingInitializer,
  Linear,
  Module,
} from "../nn/index.js";
import { linear, relu, reshape, slice } from "../ops/index.js";
import { type GeneratedPlace, type GeneratedTensor, layOutTensors } from "./generated-layout.js";
import { type GeneratorInitialization, headInitializers } from "./head-initialization.js";

export interface WeightGeneratorOptions<Name extends string> {
  /** D, the numbers in a condition. With 0 there are no hidden layers, and the head is its bias alone. */
  readonly conditionLength: number;
  /** Widths of the fully connected layers between the condition and the head. */
  readonly hidden: readonly number[];
  /** What to generate, in the order of the head's output; `x.weight` and `x.bias` are taken as one layer's. */
  readonly tensors: readonly GeneratedTensor<Name>[];
  /** Default "hyperfanIn". */
  readonly initialization?: GeneratorInitialization;
  /** Mean square of a condition's numbers, which hyperfan-in counts on. Default 1. */
  readonly conditionMeanSquare?: number;
}

/**
 * A fully connected network that writes the weights of other layers: condition `[B,D]` -> hidden layers with
 * ReLU -> head `[B,N]` -> tensors. The head's N numbers are the tensors end to end, in the order in which they
 * are declared, each row-major; nothing is applied to them.
 *
 * Parameters: `hidden.<i>.weight`, `hidden.<i>.bias`, `head.weight` (absent when D is 0), `head.bias`.
 */
export class WeightGenerator<Name extends string = string> extends Module {
  readonly hidden: readonly Linear[];
  readonly head: GeneratorHead;
  readonly #conditionLength: number;
  readonly #places: readonly GeneratedPlace[];

  /** @throws {ValueError} when a size, a gain or the mean square is out of range, or there are no tensors. */
  constructor(options: WeightGeneratorOptions<Name>) {
    super();
    const { conditionLength, tensors, initialization = "hyperfanIn", conditionMeanSquare = 1 } = options;
    checkOptions(conditionLength, conditionMeanSquare);
    this.#conditionLength = conditionLength;
    this.#places = layOutTensors(tensors);
    const outputs = this.#places.reduce((sum, { size }) => sum + size, 0);
    const widths = conditionLength === 0 ? [] : options.hidden;
    const inputs = [conditionLength, ...widths];
    this.hidden = widths.map((width, layer) => hiddenLayer(inputs[layer] as number, width, initialization));
    const headInputs = inputs.at(-1) as number;
    // Kaiming's hidden layers hand the mean square of the condition on as it is.
    const initializers = headInitializers(initialization, this.#places, {
      count: headInputs,
      meanSquare: conditionMeanSquare,
    });
    this.head = new GeneratorHead(headInputs, outputs, initializers);
  }

  /**
   * @param condition [B,D]
   * @returns every tensor as [B,...shape], by name.
   * @throws {ShapeError} when the condition is not [B,D].
   */
  forward(condition: Tensor): Record<Name, Tensor> {
    if (condition.rank !== 2 || condition.shape[1] !== this.#conditionLength) {
      throw new ShapeError({
        where: "WeightGenerator condition",
        expected: `[B,${this.#conditionLength}]`,
        received: formatShape(condition.shape),
        repair: "Give one row per sample, as many rows as there are images.",
      });
    }
    const features = this.hidden.reduce((x, layer) => relu(layer.forward(x)), condition);
    const flat = this.head.forward(features);
    const written = this.#places.map(({ name, shape, offset, size }) => {
      const part = slice(flat, [undefined, [offset, offset + size]]);
      return [name, reshape(part, [condition.shape[0] as number, ...shape])];
    });
    return Object.fromEntries(written) as Record<Name, Tensor>;
  }
}

/** The last layer: linear, or its bias alone where there is nothing to read. */
class GeneratorHead extends Module {
  /** [N,I]; absent when I is 0. */
  readonly weight: Parameter | undefined;
  /** [N] */
  readonly bias: Parameter;

  constructor(inputs: number, outputs: number, initializers: { weight: Initializer; bias: Initializer }) {
    super();
    if (inputs > 0) {
      const label = "the weight of a generator's head";
      this.weight = declareParameter([outputs, inputs], initializers.weight, label);
    }
    this.bias = declareParameter([outputs], initializers.bias, "the bias of a generator's head");
  }

  /**
   * @param x [B,I]
   * @returns [B,N]
   */
  forward(x: Tensor): Tensor {
    return linear(x, this.weight ?? zeros([this.bias.size, 0], { dtype: this.bias.dtype }), this.bias);
  }
}

function hiddenLayer(inputs: number, outputs: number, choice: GeneratorInitialization): Linear {
  if (choice !== "hyperfanIn") return new Linear(inputs, outputs);
  const initializers = { weight: kaimingInitializer(inputs), bias: constantInitializer(0) };
  return new Linear(inputs, outputs, { initializers });
}

function checkOptions(conditionLength: number, meanSquare: number): void {
  if (!Number.isSafeInteger(conditionLength) || conditionLength < 0) {
    throw new ValueError({
      where: "WeightGenerator conditionLength",
      expected: "a whole number of 0 or more",
      received: String(conditionLength),
    });
  }
  if (meanSquare > 0 && Number.isFinite(meanSquare)) return;
  throw new ValueError({
    where: "WeightGenerator conditionMeanSquare",
    expected: "a finite number above 0",
    received: String(meanSquare),
  });
}
