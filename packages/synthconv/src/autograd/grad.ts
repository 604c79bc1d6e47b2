/** Gradients as values. */
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { GraphError } from "../core/errors.js";
import { BOOLEAN, FUNCTION, optional, repairedBy } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { RESULT, TENSOR, TENSORS } from "./kinds.js";
import { propagate } from "./propagate.js";
import { propagateOnTape } from "./propagate-on-tape.js";
import { unknownGradOption } from "./second-derivative.js";
import { Tensor } from "./tensor.js";

export interface GradOptions {
  /** Gradient of `output` itself, same shape; may be left out when `output` has one entry. */
  readonly seed?: Tensor;
  /** Gives undefined for an input that `output` does not depend on. Default false. */
  readonly allowUnused?: boolean;
  /**
   * Puts the gradients on the tape, so that a loss may depend on them: gradient penalties, Hessians. Fused kernels
   * (`pixelNetwork`) refuse it between `output` and an input. Default false: gradients are constants.
   */
  readonly createGraph?: boolean;
}

const INPUTS = repairedBy(TENSORS, (value) =>
  value instanceof Tensor ? "Write a list: grad(output, [x])." : undefined,
);
const GRAD_OPTIONS: Fields<GradOptions> = {
  seed: optional(TENSOR),
  allowUnused: optional(BOOLEAN),
  createGraph: optional(BOOLEAN),
};

/**
 * The gradients of `output` with respect to `inputs` (leaves or intermediate results), without touching
 * `.grad`; a tensor of its own for each. They are constants, and one that takes part in what is differentiated without
 * being detached is refused there; with `createGraph` they are on the tape and are differentiated as all else.
 *
 * @throws {GraphError} when `output` does not depend on an input (with `allowUnused` its gradient is `undefined`
 *   instead), is a gradient that is a constant, or was computed from one; with `createGraph` inside `noGrad`, or
 *   through an operation whose gradient cannot be differentiated.
 */
export function grad(output: Tensor, inputs: readonly Tensor[]): Tensor[];
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | undefined)[];
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  options: GradOptions & { readonly allowUnused?: false },
): Tensor[];
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | undefined)[] {
  check("grad", "output", output, TENSOR);
  check("grad", "inputs", inputs, INPUTS);
  checkOptions("grad", options, GRAD_OPTIONS, { unknown: unknownGradOption });
  const wanted = new Set(inputs);
  const gradients = options.createGraph
    ? propagateOnTape("grad", output, options.seed, wanted)
    : propagate("grad", output, options.seed, wanted);
  const given = new Set<Tensor>();
  return inputs.map((input, index) => {
    const found = gradients.get(input);
    const gradient = options.createGraph ? found : ownCopy(found, given);
    if (gradient === undefined && options.allowUnused !== true) {
      throw new GraphError({
        where: "grad",
        expected: `${output.label} to depend on input ${index}`,
        received: `${input.label} ${formatShape(input.shape)}, which no recorded operation leads to`,
        repair: "Use it in the computation, or pass { allowUnused: true } to get undefined for it.",
      });
    }
    return gradient;
  });
}

/** A tensor that is asked for twice gets two gradients: whoever scales one in place must not change the other. */
function ownCopy(gradient: Tensor | undefined, given: Set<Tensor>): Tensor | undefined {
  if (gradient === undefined || !given.has(gradient)) {
    if (gradient !== undefined) given.add(gradient);
    return gradient;
  }
  const { shape, data, gradientOf } = gradient;
  return new Tensor({ shape, data: data.slice(), gradientOf });
}

/**
 * Runs `body` and returns its value with the gradients for `inputs`.
 *
 * @throws {GraphError} as `grad` does.
 */
export function valueAndGrad(
  body: () => Tensor,
  inputs: readonly Tensor[],
): { value: Tensor; gradients: Tensor[] } {
  check("valueAndGrad", "body", body, FUNCTION);
  check("valueAndGrad", "inputs", inputs, INPUTS);
  const value = body();
  check("valueAndGrad", "body's result", value, RESULT);
  return { value, gradients: grad(value, inputs) };
}
