import { check, checkOptions, type Fields } from "../core/arguments.js";
import { callSite, rememberConstruction, rememberFreezing } from "../core/call-site.js";
import { GraphError, ShapeError } from "../core/errors.js";
import { allocate, DTYPE, type DType, type FloatArray } from "../core/float-array.js";
import { ANY_FLOATS, BOOLEAN, optional, repairedBy, STRING } from "../core/kinds.js";
import { checkShape, formatShape, type Shape } from "../core/shape.js";
import { full } from "./creation.js";
import { TENSOR } from "./kinds.js";
import { provenance, Tensor } from "./tensor.js";

const PLAIN_NUMBERS = repairedBy(ANY_FLOATS, (value) => {
  if (Array.isArray(value)) return "Write Float32Array.from(values).";
  return value instanceof Tensor
    ? "Weights that are computed go into the operation as arguments; for the numbers alone write x.data."
    : undefined;
});

interface UninitializedOptions {
  readonly dtype?: DType;
  readonly label?: string;
}

const UNINITIALIZED: Fields<UninitializedOptions> = { dtype: optional(DTYPE), label: optional(STRING) };

/**
 * A trainable leaf. Its data is a copy, which optimizers update in place.
 *
 * A parameter cannot be made from a value that was computed from something trainable: it would be a new
 * leaf, the graph would be cut, and the network that computed the value would never learn.
 */
export class Parameter extends Tensor {
  /** Dotted path inside its module (`generator.0.weight`), set by the module that holds it. */
  name = "parameter";
  #isTrainable = true;
  #isInitialized = true;
  #label = "a parameter";

  /** @throws {GraphError} when `value` has a history; the message names the call to write instead. */
  constructor(value: Tensor) {
    check("Parameter", "value", value, TENSOR);
    // A diagnosis lets it through, to see how much of the network it cuts off.
    if (provenance.observer === undefined) refuseHistory(value);
    const data = allocate(value.dtype, value.size);
    data.set(value.data);
    super({ shape: value.shape, data });
    rememberConstruction(this);
    provenance.observer?.parameterMade(this, value);
  }

  /**
   * A parameter without numbers yet: NaN, and refused by every operation until `assign` gives it some.
   *
   * @param options.label what messages call it until a module gives it its path. Default "a parameter".
   */
  static uninitialized(shape: Shape, options: UninitializedOptions = {}): Parameter {
    checkShape("Parameter.uninitialized", shape);
    checkOptions("Parameter.uninitialized", options, UNINITIALIZED);
    const { dtype = "float32", label = "a parameter" } = options;
    const parameter = new Parameter(full(shape, Number.NaN, { dtype }));
    parameter.#isInitialized = false;
    parameter.#label = label;
    return parameter;
  }

  /** False freezes it: no gradient is computed and optimizers leave it alone. */
  get trainable(): boolean {
    return this.#isTrainable;
  }

  set trainable(isTrainable: boolean) {
    check("Parameter", "trainable", isTrainable, BOOLEAN);
    if (this.#isTrainable && !isTrainable) rememberFreezing(this);
    this.#isTrainable = isTrainable;
  }

  override get isInitialized(): boolean {
    return this.#isInitialized;
  }

  override get requiresGrad(): boolean {
    return this.#isTrainable;
  }

  override get label(): string {
    return this.name === "parameter" ? `${this.#label} ${formatShape(this.shape)}` : `parameter ${this.name}`;
  }

  /**
   * Overwrites the numbers (loading a checkpoint, an optimizer's step). Plain arrays only: a computed
   * tensor belongs in the operation's arguments, not in a parameter.
   *
   * @throws {ShapeError} when the lengths differ.
   */
  assign(values: FloatArray): void {
    check("assign", "values", values, PLAIN_NUMBERS);
    if (values.length !== this.size) {
      throw new ShapeError({
        where: `assign to ${this.label}`,
        expected: `${this.size} numbers for shape ${formatShape(this.shape)}`,
        received: `${values.length}`,
      });
    }
    provenance.observer?.assigned(this, values);
    provenance.sites?.set(this, { site: callSite(), inputs: [] });
    this.data.set(values);
    this.writes.count++;
    this.#isInitialized = true;
  }

  /**
   * Remembers the numbers, the gradient and whether it is trained.
   *
   * @returns what puts all of it back, bit for bit.
   */
  snapshot(): () => void {
    const { grad } = this;
    const isTrainable = this.#isTrainable;
    const { count } = this.writes;
    const isInitialized = this.#isInitialized;
    const values = this.data.slice();
    const gradient = grad?.data.slice();
    return () => {
      this.data.set(values);
      this.writes.count = count;
      this.#isInitialized = isInitialized;
      this.#isTrainable = isTrainable;
      this.grad = grad;
      if (gradient !== undefined) grad?.data.set(gradient);
    };
  }

  override toString(): string {
    return `Parameter(${this.name}, ${formatShape(this.shape)}, ${this.dtype})`;
  }
}

function refuseHistory(value: Tensor): void {
  const history = value.history ?? (value.requiresGrad ? { operation: "leaf", source: value } : undefined);
  if (history === undefined) return;
  throw new GraphError({
    where: "Parameter",
    expected: "numbers that were not computed from anything trainable",
    received: `shape ${formatShape(value.shape)} made by ${history.operation} from ${history.source.label}`,
    repair: functionalCall(value),
  });
}

/** The call to write instead, guessed from the rank of what was to become a parameter. */
function functionalCall(value: Tensor): string {
  const call =
    value.rank >= 4
      ? "conv2d(image, weight, bias) or pixelNetwork(image, [{ weight, bias }])"
      : value.rank === 2
        ? "linear(x, weight, bias)"
        : "the operation itself, such as conv2d(image, weight, bias)";
  return (
    "A new parameter would be a leaf, so no gradient would reach what computed it: weights are values, pass " +
    `the tensor to ${call}. To copy the numbers on purpose: new Parameter(x.detach({ reason })).`
  );
}
