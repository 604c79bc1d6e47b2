import { tensor, zeros } from "../autograd/creation.js";
import { TENSOR } from "../autograd/kinds.js";
import { composed } from "../autograd/observe.js";
import { Parameter } from "../autograd/parameter.js";
import { noGrad } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import type { Initializer } from "../core/initializers.js";
import { ABOVE_ZERO, oneOf, optional, whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import {
  describeGenerator,
  GENERATED_TENSORS,
  type GeneratedPlace,
  type GeneratedTensor,
  type Generator,
  type GeneratorArithmetic,
  type GeneratorInitialization,
  type GeneratorSettings,
  type GeneratorStart,
  generatorFields,
  INITIALIZATION,
  OUT,
  outside,
  placeTensors,
  type WrittenStart,
} from "../generator/index.js";
import { declareParameter, Module, type Slot } from "../nn/index.js";
import { checkInitializeOptions } from "../nn/initialize-options.js";
import {
  add,
  concat,
  divide,
  linear,
  matmul,
  multiply,
  relu,
  reshape,
  slice,
  softmax,
  sqrt,
  sum,
} from "../ops/index.js";
import { scaleToTargets } from "./measured-start.js";

interface SizesAndStart<Name extends string> {
  /** D, the numbers in a condition. With 0 the kind "full" is its head's bias alone. */
  readonly conditionLength: number;
  /** What to write, in the order of the output; `x.weight` and `x.bias` are taken as one layer's. */
  readonly tensors: readonly GeneratedTensor<Name>[];
  /** Default "hyperfanIn". */
  readonly initialization?: GeneratorInitialization | WrittenStart;
  /** Mean square of a condition's numbers, which hyperfan-in counts on. Default 1. */
  readonly conditionMeanSquare?: number;
}

/** Sizes and start of a generator; its kind and that kind's settings (`hidden` of the default kind) stand beside them. */
export type WeightGeneratorOptions<Name extends string = string> = GeneratorSettings & SizesAndStart<Name>;

const WHERE = "WeightGenerator";
const SIZES_AND_START: Fields<SizesAndStart<string>> = {
  conditionLength: whole(0),
  tensors: GENERATED_TENSORS,
  initialization: optional(INITIALIZATION),
  conditionMeanSquare: optional(ABOVE_ZERO),
};

// Generators call operations by their own names. One by one: all of them would bring every kernel into a bundle that trains
// looks, where convolutions and their kinds are some 40 kB of 170.
const ON_TAPE: GeneratorArithmetic<Tensor> = {
  ...{ add, concat, divide, linear, matmul, multiply, relu, reshape, slice, softmax, sqrt, sum },
  zeros: (shape, { dtype }) => zeros(shape, { dtype }),
  constant: (values, shape, { dtype }) => tensor(Float64Array.from(values), { shape, dtype }),
  withoutRest: (x, kept) =>
    // Who is largest depends on the numbers, which the tape does not see: it is one operation for those who do.
    composed({ operation: "withoutRest", inputs: [x], settings: { kept, out: OUT } }, () => {
      const rest = outside(x.data, x.shape.at(-1) as number, kept);
      return add(x, tensor(rest, { shape: x.shape, dtype: x.dtype }));
    }),
};

let fitTo: (generator: WeightGenerator, conditions: Tensor) => void;

/** The last step of `initialize`, by itself: for a generator that another module has initialized. */
export function fitToConditions(generator: WeightGenerator, conditions: Tensor): void {
  fitTo(generator, conditions);
}

/**
 * A generator of any kind, to be trained: it writes the weights of other layers from a condition `[B,D]`. What it
 * writes are its tensors end to end, in the order in which they are declared, each row-major; nothing is applied to
 * them. Its parameters are those of its kind, under their names there.
 */
export class WeightGenerator<Name extends string = string> extends Module {
  static {
    fitTo = (generator, conditions) => generator.#fitTo(conditions);
  }

  readonly #conditionLength: number;
  readonly #generator: Generator;
  readonly #start: GeneratorStart;
  readonly #places: readonly GeneratedPlace[];
  readonly #parameters: Map<string, Tensor>;

  /** @throws {ValueError} when an option is unknown, of another kind or out of range, or there are no tensors. */
  constructor(options: WeightGeneratorOptions<Name>) {
    super();
    const fields = { ...SIZES_AND_START, ...generatorFields(WHERE, options) };
    checkOptions(WHERE, options, fields as Fields<WeightGeneratorOptions>);
    const { conditionLength, tensors, initialization = "hyperfanIn", conditionMeanSquare = 1 } = options;
    this.#conditionLength = conditionLength;
    this.#places = placeTensors(tensors);
    this.#start = { initialization, conditionMeanSquare };
    this.#generator = describeGenerator(options, { conditionLength, places: this.#places });
    const initializers = this.#generator.initializers(this.#start);
    this.#parameters = new Map(
      Array.from(this.#generator.parameters, ([name, shape]) => {
        const initializer = initializers.get(name) as Initializer;
        return [name, declareParameter(shape, initializer, `${name} of a generator`)];
      }),
    );
  }

  /** For people: `fully connected 10 - 16 - 451, relu`. */
  get summary(): string {
    return this.#generator.summary;
  }

  /** Names of the tensors that are the same for every condition, by the generator's kind. */
  get shared(): readonly string[] {
    return this.#places.filter((place) => this.#generator.isShared?.(place)).map(({ name }) => name);
  }

  /**
   * The mean square that the entries of a tensor start with; that of given numbers where it starts with these.
   *
   * @throws {ValueError} when it writes no tensor of this name.
   */
  targetVariance(name: Name): number {
    check("targetVariance", "name", name, oneOf(this.#places.map((one) => one.name)));
    const place = this.#places.find((one) => one.name === name) as GeneratedPlace;
    const { initialization } = this.#start;
    if (typeof initialization === "string") return this.#generator.targetVariance(this.#start, place);
    const own = Array.prototype.slice.call(initialization.weights, place.offset, place.offset + place.size);
    return own.reduce((sum: number, value: number) => sum + value * value, 0) / place.size;
  }

  /**
   * @param condition [B,D]
   * @returns every tensor as [B,...shape], by name.
   * @throws {ShapeError} when the condition is not [B,D].
   * @throws {ValueError} when it is no tensor.
   */
  forward(condition: Tensor): Record<Name, Tensor> {
    check(WHERE, "condition", condition, TENSOR);
    if (condition.rank !== 2 || condition.shape[1] !== this.#conditionLength) {
      throw new ShapeError({
        where: `${WHERE} condition`,
        expected: `[B,${this.#conditionLength}]`,
        received: formatShape(condition.shape),
        repair: "Give one row per sample, as many rows as there are images.",
      });
    }
    const parameter = (name: string): Tensor => this.#parameters.get(name) as Tensor;
    return Object.fromEntries(this.#generator.forward(ON_TAPE, parameter, condition)) as Record<Name, Tensor>;
  }

  /**
   * Draws the first numbers.
   *
   * @param options.conditions [B,D] of a real batch: the written weights then have for these exactly the mean square
   *   that is meant, where formulas count on conditions of mean square `conditionMeanSquare`.
   * @throws {ValueError} when it starts by given numbers and is to be measured.
   * @throws {ShapeError} when the conditions are not [B,D].
   */
  override initialize(options: { readonly seed: number; readonly conditions?: Tensor }): this {
    checkInitializeOptions(options, { conditions: optional(TENSOR) });
    const { seed, conditions } = options;
    super.initialize({ seed });
    if (conditions !== undefined) this.#fitTo(conditions);
    return this;
  }

  #fitTo(conditions: Tensor): void {
    if (typeof this.#start.initialization === "object") {
      throw new ValueError({
        where: `${WHERE} initialize`,
        expected: "a start that draws numbers, to measure what they write",
        received: "conditions for a start by given numbers",
        repair: "Leave conditions out: what is written first is given.",
      });
    }
    scaleToTargets({
      generator: this.#generator,
      places: this.#places,
      start: this.#start,
      parameter: (name) => this.#parameters.get(name) as Parameter,
      written: noGrad(() => this.forward(conditions)),
    });
  }

  protected override *slots(): Iterable<Slot> {
    for (const [name, value] of this.#parameters) {
      if (!(value instanceof Parameter)) continue;
      yield {
        name,
        value,
        replace: (other, onRead) => {
          this.#parameters.set(name, other);
          onRead?.();
        },
      };
    }
  }
}
