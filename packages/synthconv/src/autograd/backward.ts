/** The walk over the tape from an output back to its leaves, and what `backward` leaves there. */
import { check } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { GraphError, ShapeError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { optional } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import { full } from "./creation.js";
import { GradientSum } from "./gradient-sum.js";
import { TENSOR } from "./kinds.js";
import { differentiatedGradient, gradientOfGradient } from "./second-derivative.js";
import { isGradEnabled, noGrad } from "./tape.js";
import { type Observer, provenance, type TapeNode, Tensor } from "./tensor.js";

declare module "./tensor.js" {
  interface Tensor {
    /**
     * Adds the gradient of this tensor, usually the loss, to `.grad` of every leaf that requires one and leads to
     * it. It adds until `.grad` is set to undefined (`zeroGrad`), so several calls accumulate, and the tape stays
     * as it is: a second call adds the same again.
     *
     * @param seed gradient of this tensor itself, same shape; may be left out when it has one entry.
     * @throws {GraphError} when this tensor is not on the tape, or a value the tape needs was overwritten.
     * @throws {ShapeError} when the seed does not fit.
     */
    backward(seed?: Tensor): void;
  }
}

// Here and not in the class: the walk makes tensors, so its file stands above theirs.
Object.defineProperty(Tensor.prototype, "backward", {
  value: function backward(this: Tensor, seed?: Tensor): void {
    check("backward", "seed", seed, optional(TENSOR));
    for (const [leaf, gradient] of propagate("backward", this, seed)) accumulate(leaf, gradient);
  },
  configurable: true,
  writable: true,
});

/** What the gradients of tensors were summed from, as long as these are there: their sums are wider than they are. */
const sums = new WeakMap<Tensor, GradientSum>();

function accumulate(leaf: Tensor, gradient: Tensor): void {
  const { grad: before } = leaf;
  if (before === undefined) {
    leaf.grad = gradient;
    return;
  }
  if (!sameShape(before.shape, leaf.shape)) throw otherShape(leaf, before);
  const known = sums.get(before);
  const sum = known?.gives(before.data) ? known : new GradientSum(before);
  sum.add(gradient);
  const { shape, data } = sum.total();
  leaf.grad = new Tensor({ shape, data, gradientOf: gradient.gradientOf });
  sums.set(leaf.grad, sum);
}

function otherShape(leaf: Tensor, before: Tensor): ShapeError {
  return new ShapeError({
    where: "backward",
    expected: `grad of ${leaf.label} to be shaped like it, ${formatShape(leaf.shape)}`,
    received: formatShape(before.shape),
    repair: "Set it to undefined (zeroGrad), or to a gradient of its shape.",
  });
}

/** Gradients of the leaves, and of every tensor in `keep`; no two share their data. */
export function propagate(
  where: string,
  output: Tensor,
  seed: Tensor | undefined,
  keep?: ReadonlySet<Tensor>,
): Map<Tensor, Tensor> {
  provenance.observer?.propagated(output);
  const arriving = new Map<Tensor, Tensor | GradientSum>([[output, checkedSeed(where, output, seed)]]);
  const kept = new Map<Tensor, Tensor>();
  unobserved((observer) => {
    for (const current of outputsFirst(output)) {
      const arrived = arriving.get(current);
      arriving.delete(current);
      if (arrived === undefined) continue;
      const gradient = arrived instanceof GradientSum ? arrived.total() : arrived;
      if (current.node === undefined || keep?.has(current)) kept.set(current, gradient);
      if (current.node === undefined) continue;
      const { operation, inputs, backward: pullBack } = checkedNode(current.node);
      const inputGradients = pullBack(gradient);
      // What is wrong about it is what the observer is there to see.
      observer?.pulledBack(current, inputGradients);
      checkGradients(operation, inputs, inputGradients);
      inputs.forEach((input, index) => {
        const incoming = inputGradients[index];
        if (incoming === undefined || !input.requiresGrad) return;
        checkGradientOf(operation, input, index, incoming);
        arriving.set(input, withTerm(arriving.get(input), incoming));
      });
    }
  });
  return unshared(kept, seed, isGradEnabled() ? output.label : undefined);
}

/** One gradient stays the very tensor that an operation returned; more are summed. */
function withTerm(before: Tensor | GradientSum | undefined, term: Tensor): Tensor | GradientSum {
  if (before === undefined) return term;
  const sum = before instanceof GradientSum ? before : new GradientSum(before);
  sum.add(term);
  return sum;
}

/**
 * The same gradients, marked as such, and copied where an operation passed one array on to several tensors (`a + b`)
 * or where it is the caller's seed: whoever scales one gradient in place must not change another.
 */
function unshared(
  gradients: Map<Tensor, Tensor>,
  seed: Tensor | undefined,
  gradientOf: string | undefined,
): Map<Tensor, Tensor> {
  const taken = new Set<FloatArray | undefined>([seed?.data]);
  for (const [tensor, { shape, data }] of gradients) {
    gradients.set(tensor, new Tensor({ shape, data: taken.has(data) ? data.slice() : data, gradientOf }));
    taken.add(data);
  }
  return gradients;
}

/** With the tape off, and unseen by an observer, who is handed on: gradients are no part of what it watches. */
function unobserved(body: (observer: Observer | undefined) => void): void {
  const { observer } = provenance;
  provenance.observer = undefined;
  try {
    noGrad(() => body(observer));
  } finally {
    provenance.observer = observer;
  }
}

/** Tensors that lead to `output`, each before everything that it was computed from. */
function outputsFirst(output: Tensor): Tensor[] {
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

function checkedSeed(where: string, output: Tensor, seed: Tensor | undefined): Tensor {
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

function checkedNode(node: TapeNode): TapeNode {
  node.inputs.forEach((input, index) => {
    if (input.writes.count !== node.writeCounts[index]) throw overwritten(node.operation, input);
    if (input.gradientOf !== undefined) throw differentiatedGradient(node.operation, input, input.gradientOf);
  });
  return node;
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
function checkGradients(operation: string, inputs: readonly Tensor[], gradients: readonly unknown[]): void {
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

function checkGradientOf(operation: string, input: Tensor, index: number, gradient: Tensor): void {
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
