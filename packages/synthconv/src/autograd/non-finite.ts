import { check } from "../core/arguments.js";
import { NonFiniteError } from "../core/errors.js";
import { STRING } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { TENSOR } from "./kinds.js";
import type { Tensor } from "./tensor.js";

/**
 * Returns quietly when every entry of `output` is finite.
 *
 * @throws {NonFiniteError} naming the first operation on the tape whose result is not finite although its
 *   inputs were, or the leaf that was not finite to begin with.
 */
export function assertFinite(where: string, output: Tensor): void {
  check("assertFinite", "where", where, STRING);
  check("assertFinite", "output", output, TENSOR);
  if (isFiniteTensor(output)) return;
  const culprit = firstNonFinite(output);
  const value = culprit.data.find((entry) => !Number.isFinite(entry));
  const inputs = culprit.node?.inputs.map((input) => formatShape(input.shape)).join(", ");
  throw new NonFiniteError({
    where,
    expected: "finite numbers",
    received:
      culprit.node === undefined
        ? `${value} in ${culprit.label} ${formatShape(culprit.shape)}`
        : `${value} first made by ${culprit.node.operation} (inputs ${inputs}, all finite)`,
    repair: "Lower the learning rate, clip the gradient, or keep this operation's input in its domain.",
  });
}

/** Follows non-finite inputs back to the tensor whose own inputs are all finite (or that is a leaf). */
function firstNonFinite(output: Tensor): Tensor {
  let current = output;
  for (;;) {
    const earlier = current.node?.inputs.find((input) => !isFiniteTensor(input));
    if (earlier === undefined) return current;
    current = earlier;
  }
}

function isFiniteTensor(x: Tensor): boolean {
  return x.data.every((entry) => Number.isFinite(entry));
}
