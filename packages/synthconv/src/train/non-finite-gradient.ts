import { grad } from "../autograd/grad.js";
import { noGrad } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { NonFiniteError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";

/**
 * The error for a finite loss with a gradient that is not: names the operation nearest to the loss whose
 * gradient came in finite and went out otherwise (the square root of 0, say). Runs the backward pass again,
 * so it is for failures only, and before anything that the tape saved is overwritten.
 */
export function nonFiniteGradientError(where: string, loss: Tensor): NonFiniteError {
  const tracked = [...trackedTensors(loss)];
  const gradients = grad(loss, tracked, { allowUnused: true });
  for (const [index, { node }] of tracked.entries()) {
    const upstream = gradients[index];
    if (node === undefined || upstream === undefined || !allFinite(upstream)) continue;
    const made = noGrad(() => node.backward(upstream));
    const broken = made.findIndex((gradient) => gradient !== undefined && !allFinite(gradient));
    if (broken < 0) continue;
    const value = made[broken]?.data.find((entry) => !Number.isFinite(entry));
    const input = node.inputs[broken] as Tensor;
    return errorFor(
      where,
      `${value} made by ${node.operation} for its input ${input.label} ${formatShape(input.shape)}`,
    );
  }
  return errorFor(where, "a sum of finite gradients that overflows");
}

function errorFor(where: string, received: string): NonFiniteError {
  return new NonFiniteError({
    where: `${where}, backward pass`,
    expected: "finite gradients",
    received,
    repair: "Keep this operation's input away from where its slope is infinite, or lower the learning rate.",
  });
}

/** Everything on the tape that leads to the loss, the loss first. */
function trackedTensors(loss: Tensor): Set<Tensor> {
  const found = new Set<Tensor>([loss]);
  // A set's iteration also visits what is added on the way.
  for (const { node } of found) {
    for (const input of node?.inputs ?? []) {
      if (input.requiresGrad) found.add(input);
    }
  }
  return found;
}

function allFinite(x: Tensor): boolean {
  return x.data.every((entry) => Number.isFinite(entry));
}
