/** Gradients as values. */
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { GraphError } from "../core/errors.js";
import { BOOLEAN, FUNCTION, optional, repairedBy } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { propagate } from "./backward.js";
import { RESULT, TENSOR, TENSORS } from "./kinds.js";
import { unknownGradOption } from "./second-derivative.js";
import { Tensor } from "./tensor.js";

export interface GradOptions {
  /** Gradient of `output` itself, same shape; may be left out when `output` has one entry. */
  readonly seed?: Tensor;
  /** Gives undefined for an input that `output` does not depend on. Default false. */
  readonly allowUnused?: boolean;
}

const INPUTS = repairedBy(TENSORS, (value) =>
  value instanceof Tensor ? "Write a list: grad(output, [x])." : undefined,
);
const GRAD_OPTIONS: Fields<GradOptions> = { seed: optional(TENSOR), allowUnused: optional(BOOLEAN) };

/**
 * The gradients of `output` with respect to `inputs` (leaves or intermediate results), without touching
 * `.grad`; a tensor of its own for each. They are constants: second derivatives are not built, and a gradient that
 * takes part in what is differentiated without being detached is refused there.
 *
 * @throws {GraphError} when `output` does not depend on an input (with `allowUnused` its gradient is `undefined`
 *   instead), is a gradient, or was computed from one.
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
  const gradients = propagate("grad", output, options.seed, new Set(inputs));
  const given = new Set<Tensor>();
  return inputs.map((input, index) => {
    const gradient = ownCopy(gradients.get(input), given);
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
