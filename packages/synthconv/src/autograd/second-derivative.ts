/**
 * Gradients that are constants have no tape: what a loss owes to them would be lost without a word. They carry the name
 * of what they are the gradient of, results of operations with the tape on inherit it, and a walk that meets one stops.
 */
import { GraphError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import type { Tensor } from "./tensor.js";

const WITH_GRAPH = "To differentiate a gradient, make it by grad(output, inputs, { createGraph: true })";

/** The error for a walk that starts at a gradient, or at what was computed from it alone. */
export function gradientOfGradient(where: string, output: Tensor, gradientOf: string): GraphError {
  return new GraphError({
    where,
    expected: "a tensor that was computed from something trainable with the tape on",
    received: `shape ${formatShape(output.shape)}, computed from a gradient of ${gradientOf}`,
    repair: `${WITH_GRAPH}.`,
  });
}

/** The error for a walk that comes to an operation one of whose inputs is a gradient. */
export function differentiatedGradient(operation: string, input: Tensor, gradientOf: string): GraphError {
  return new GraphError({
    where: `backward through ${operation}`,
    expected: "inputs through which it can go on",
    received: `shape ${formatShape(input.shape)}, computed from a gradient of ${gradientOf}, which has no tape`,
    repair: `${WITH_GRAPH}; where the gradient is meant as a constant, write gradient.detach().`,
  });
}

/** What to say to options of other libraries. */
export function unknownGradOption(name: string): string | undefined {
  const plain = name.toLowerCase().replaceAll("_", "");
  if (plain === "creategraph") return "Write { createGraph: true }.";
  return plain === "retaingraph" ? "Leave it out: the tape stays as long as the output does." : undefined;
}
