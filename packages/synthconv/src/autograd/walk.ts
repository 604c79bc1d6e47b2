/** What every walk over the tape does: the order of its steps, the gradient it starts with, what it refuses. */
import { describeValue } from "../core/describe-value.js";
import { GraphError, ShapeError } from "../core/errors.js";
import { formatShape, sameShape } from "../core/shape.js";
import { full } from "./creation.js";
import { differentiatedGradient, gradientOfGradient } from "./second-derivative.js";
import { isGradEnabled } from "./tape.js";
import { type TapeNode, Tensor } from "./tensor.js";

/** Tensors that lead to `output`, each before everything that it was computed from. */
export function outputsFirst(output: Tensor): Tensor[] {
  const inputsFirst: Tensor[] = [];
  const seen = new Set<Tensor>([output]);
  // An explicit stack: a deep chain of operations must not overflow the call stack.
  const stack: { tensor: Tensor; next: number }[] = [{ tensor: output, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const input = top.tensor.node?.inputs[top.next++];
    if (input === undefined) {
      inputsFirst.push(top.tensor);
      stack.pop();
    } else if (input.requiresGrad && !seen.has(input)) {
      seen.add(input);
      stack.push({ tensor: input, next: 0 });
    }
  }
  return inputsFirst.reverse();
}

export function checkedSeed(where: string, output: Tensor, seed: Tensor | undefined): Tensor {
  if (!output.requiresGrad) throw notOnTape(where, output);
  if (seed !== undefined) {
    if (sameShape(seed.shape, output.shape) && seed.dtype === output.dtype) return seed;
    throw new ShapeError({
      where: `${where} seed`,
      expected: `${output.dtype} ${formatShape(output.shape)}, as the output`,
      received: `${seed.dtype} ${formatShape(seed.shape)}`,
    });
  }
  if (output.size !== 1) {
    throw new ShapeError({
      where,
      expected: "a loss of one entry",
      received: `shape ${formatShape(output.shape)}`,
      repair: "Reduce it with mean or sum, or pass the gradient of the output as the seed.",
    });
  }
  return full(output.shape, 1, { dtype: output.dtype });
}

function notOnTape(where: string, output: Tensor): GraphError {
  const { history, gradientOf } = output;
  if (gradientOf !== undefined) return gradientOfGradient(where, output, gradientOf);
  return new GraphError({
    where,
    expected: "a tensor that was computed from something trainable with the tape on",
    received:
      history === undefined
        ? "one that was not computed from anything trainable"
        : `one whose tape was cut (made by ${history.operation}, computed from ${history.source.label})`,
    repair: isGradEnabled()
      ? "Look for noGrad, detach or plain numbers between the parameters and the loss."
      : "This runs inside noGrad: compute the loss outside of it.",
  });
}

export function checkedNode(node: TapeNode): TapeNode {
  if (node.scope?.isOver) throw tidied(node.operation);
  node.inputs.forEach((input, index) => {
    if (input.writes.count !== node.writeCounts[index]) throw overwritten(node.operation, input);
    if (input.gradientOf !== undefined) throw differentiatedGradient(node.operation, input, input.gradientOf);
  });
  return node;
}

function tidied(operation: string): GraphError {
  return new GraphError({
    where: `backward through ${operation}`,
    expected: "a tape whose memory was not taken back",
    received: "one that was recorded inside a tidy that has ended",
    repair: "Run backward, or grad, inside the body of tidy.",
  });
}

function overwritten(operation: string, input: Tensor): GraphError {
  return new GraphError({
    where: `backward through ${operation}`,
    expected: "its inputs to be as they were when it ran",
    received: `${input.label} ${formatShape(input.shape)}, which was overwritten since`,
    repair: "Run backward before the optimizer's step, or compute the loss again.",
  });
}

/** An operation of a caller's own may return anything. A list may end before constants, and with undefined. */
export function checkGradients(
  operation: string,
  inputs: readonly Tensor[],
  gradients: readonly unknown[],
): void {
  if (Array.isArray(gradients)) {
    const missing = inputs.slice(gradients.length).some((input) => input.requiresGrad);
    const isTooLong = gradients.slice(inputs.length).some((gradient) => gradient !== undefined);
    if (!missing && !isTooLong) return;
  }
  throw new GraphError({
    where: `backward of ${operation}`,
    expected: `a list of ${inputs.length}, a gradient or undefined for each input`,
    received: describeValue(gradients),
  });
}

export function checkGradientOf(operation: string, input: Tensor, index: number, gradient: Tensor): void {
  const where = `backward of ${operation}`;
  if (!(gradient instanceof Tensor)) {
    const expected = `a tensor for input ${index}, or undefined where it needs no gradient`;
    throw new GraphError({ where, expected, received: describeValue(gradient) });
  }
  if (gradient.dtype !== input.dtype) {
    const expected = `a gradient of ${input.dtype} for input ${index}`;
    throw new GraphError({ where, expected, received: gradient.dtype });
  }
  if (sameShape(gradient.shape, input.shape)) return;
  throw new ShapeError({
    where,
    expected: `a gradient of shape ${formatShape(input.shape)} for input ${index}`,
    received: formatShape(gradient.shape),
    repair:
      "A gradient has the shape of its input: sum it over the axes along which the input was broadcast.",
  });
}
