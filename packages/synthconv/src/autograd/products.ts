/** Products of derivatives with vectors, from gradients of gradients: no matrix is ever built. */
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { FUNCTION } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import { zeros } from "./creation.js";
import { grad } from "./grad.js";
import { GradientSum } from "./gradient-sum.js";
import { RESULT, TENSOR, TENSORS } from "./kinds.js";
import { Tensor } from "./tensor.js";

/**
 * The product of a vector with the Jacobian, v^T J: the gradients of <value, vector>.
 *
 * @param body computes a tensor of any shape from the inputs.
 * @param vector in the shape of what `body` returns.
 * @returns the value and a gradient for each input, constants.
 * @throws {GraphError} as `grad` does.
 * @throws {ShapeError} when the vector does not fit.
 */
export function vjp(
  body: () => Tensor,
  inputs: readonly Tensor[],
  vector: Tensor,
): { value: Tensor; gradients: Tensor[] } {
  const value = valueFrom("vjp", body, inputs);
  check("vjp", "vector", vector, TENSOR);
  return { value, gradients: grad(value, inputs, { seed: vector }) };
}

/**
 * The product of the Jacobian with a direction, J t: how the value changes when each input moves along its tangent. It
 * costs two walks backwards (the gradient of v^T J t along v), through any operation but the fused ones.
 *
 * @param tangents one for each input, of its shape.
 * @returns the value and its tangent, of one shape; constants.
 * @throws {GraphError} as `grad` with `createGraph` does.
 * @throws {ShapeError} when a tangent does not fit.
 */
export function jvp(
  body: () => Tensor,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): { value: Tensor; tangent: Tensor } {
  const value = valueFrom("jvp", body, inputs);
  checkDirections("jvp", "tangents", inputs, tangents);
  const { shape, dtype } = value;
  const along = zeros(shape, { dtype, requiresGrad: true });
  const gradients = grad(value, inputs, { seed: along, createGraph: true });
  const [tangent] = sumOver(gradients, tangents, [along]) as [Tensor];
  return { value, tangent };
}

/**
 * The product of the Hessian of a scalar with a direction, H v, for each input (Pearlmutter, "Fast exact multiplication by
 * the Hessian", 1994), through any operation but the fused ones.
 *
 * @param body computes a tensor of one entry from the inputs.
 * @param vectors one for each input, of its shape.
 * @returns the value, its gradients and the products, one for each input; constants.
 * @throws {GraphError} as `grad` with `createGraph` does.
 * @throws {ShapeError} when a vector does not fit, or `body` returns more than one entry.
 */
export function hessianVectorProduct(
  body: () => Tensor,
  inputs: readonly Tensor[],
  vectors: readonly Tensor[],
): { value: Tensor; gradients: Tensor[]; products: Tensor[] } {
  const value = valueFrom("hessianVectorProduct", body, inputs);
  checkDirections("hessianVectorProduct", "vectors", inputs, vectors);
  const gradients = grad(value, inputs, { createGraph: true });
  const products = sumOver(gradients, vectors, inputs);
  return { value, gradients: gradients.map((gradient) => gradient.detach()), products };
}

function valueFrom(where: string, body: () => Tensor, inputs: readonly Tensor[]): Tensor {
  check(where, "body", body, FUNCTION);
  check(where, "inputs", inputs, TENSORS);
  const value = body();
  check(where, "body's result", value, RESULT);
  return value;
}

function checkDirections(
  where: string,
  name: string,
  inputs: readonly Tensor[],
  given: readonly Tensor[],
): void {
  check(where, name, given, TENSORS);
  const shapes = (tensors: readonly Tensor[]): string =>
    tensors.map(({ shape, dtype }) => `${dtype} ${formatShape(shape)}`).join(", ");
  const fits = inputs.every(({ shape, dtype }, index) => {
    const other = given[index];
    return other?.dtype === dtype && sameShape(other.shape, shape);
  });
  if (fits && given.length === inputs.length) return;
  throw new ShapeError({
    where: `${where} ${name}`,
    expected: `one for each input, of its shape: ${shapes(inputs)}`,
    received: shapes(given) || "none",
  });
}

/** The gradients of the sum of <gradient, vector> for `inputs`; zeros where it does not depend on one. */
function sumOver(
  gradients: readonly Tensor[],
  vectors: readonly Tensor[],
  inputs: readonly Tensor[],
): Tensor[] {
  const sums = inputs.map(({ shape, dtype }) => new GradientSum(zeros(shape, { dtype })));
  gradients.forEach((gradient, index) => {
    if (!gradient.requiresGrad) return;
    const seed = vectors[index] as Tensor;
    grad(gradient, inputs, { seed, allowUnused: true }).forEach((part, at) => {
      if (part !== undefined) sums[at]?.add(part);
    });
  });
  return sums.map((sum) => {
    const { shape, data } = sum.total();
    return new Tensor({ shape, data });
  });
}
