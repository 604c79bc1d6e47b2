import { check, checkOptions, type Fields } from "../core/arguments.js";
import { GraphError, ShapeError } from "../core/errors.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { BOOLEAN, FUNCTION, optional, repairedBy } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import { full } from "./creation.js";
import { TENSOR, TENSORS } from "./kinds.js";
import { isGradEnabled, noGrad } from "./tape.js";
import { type Observer, provenance, Tensor } from "./tensor.js";

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
    for (const [leaf, gradient] of propagate("backward", this, seed)) {
      leaf.grad = leaf.grad === undefined ? gradient : added(leaf.grad, gradient);
    }
  },
  configurable: true,
  writable: true,
});

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
 * `.grad`.
 *
 * @throws {GraphError} when `output` does not depend on an input; with `allowUnused` its gradient is
 *   `undefined` instead.
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
  checkOptions("grad", options, GRAD_OPTIONS);
  const gradients = propagate("grad", output, options.seed, new Set(inputs));
  return inputs.map((input, index) => {
    const gradient = gradients.get(input);
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
  check("valueAndGrad", "body's result", value, TENSOR);
  return { value, gradients: grad(value, inputs) };
}

/** Gradients of the leaves, and of every tensor in `keep`; no two share their data. */
function propagate(
  where: string,
  output: Tensor,
  seed: Tensor | undefined,
  keep?: ReadonlySet<Tensor>,
): Map<Tensor, Tensor> {
  provenance.observer?.propagated(output);
  const arriving = new Map<Tensor, Tensor>([[output, checkedSeed(where, output, seed)]]);
  const kept = new Map<Tensor, Tensor>();
  // Sums made here may be added to in place; a gradient that an operation returned may be shared.
  const owned = new Set<Tensor>();
  unobserved((observer) => {
    for (const current of outputsFirst(output)) {
      const gradient = arriving.get(current);
      arriving.delete(current);
      if (gradient === undefined) continue;
      // From here on operations may pass this very gradient on, to several inputs at once.
      owned.delete(gradient);
      if (current.node === undefined || keep?.has(current)) kept.set(current, gradient);
      if (current.node === undefined) continue;
      const { inputs, backward: pullBack, operation } = checkedNode(current);
      const inputGradients = pullBack(gradient);
      observer?.pulledBack(current, inputGradients);
      inputs.forEach((input, index) => {
        const incoming = inputGradients[index];
        if (incoming === undefined || !input.requiresGrad) return;
        if (!sameShape(incoming.shape, input.shape)) throw misshapen(operation, index, { incoming, input });
        const before = arriving.get(input);
        if (before === undefined) {
          arriving.set(input, incoming);
        } else if (owned.has(before)) {
          addInPlace(before, incoming);
        } else {
          const sum = added(before, incoming);
          owned.add(sum);
          arriving.set(input, sum);
        }
      });
    }
  });
  return unshared(kept, seed);
}

/**
 * The same gradients, copied where an operation passed one array on to several tensors (`a + b`) or where it
 * is the caller's seed: whoever scales one gradient in place must not change another.
 */
function unshared(gradients: Map<Tensor, Tensor>, seed: Tensor | undefined): Map<Tensor, Tensor> {
  const taken = new Set<FloatArray | undefined>([seed?.data]);
  for (const [tensor, { shape, data }] of gradients) {
    if (taken.has(data)) gradients.set(tensor, new Tensor({ shape, data: data.slice() }));
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

function misshapen(
  operation: string,
  index: number,
  { incoming, input }: { readonly incoming: Tensor; readonly input: Tensor },
): ShapeError {
  return new ShapeError({
    where: `backward of ${operation}`,
    expected: `a gradient of shape ${formatShape(input.shape)} for input ${index}`,
    received: formatShape(incoming.shape),
    repair:
      "A gradient has the shape of its input: sum it over the axes along which the input was broadcast.",
  });
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
  const { history } = output;
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

function checkedNode(current: Tensor): NonNullable<Tensor["node"]> {
  const node = current.node as NonNullable<Tensor["node"]>;
  node.inputs.forEach((input, index) => {
    if (input.writes.count === node.writeCounts[index]) return;
    throw new GraphError({
      where: `backward through ${node.operation}`,
      expected: "its inputs to be as they were when it ran",
      received: `${input.label} ${formatShape(input.shape)}, which was overwritten since`,
      repair: "Run backward before the optimizer's step, or compute the loss again.",
    });
  });
  return node;
}

function added(a: Tensor, b: Tensor): Tensor {
  const data = allocate(a.dtype, a.size);
  for (let i = 0; i < data.length; i++) data[i] = (a.data[i] as number) + (b.data[i] as number);
  return new Tensor({ shape: a.shape, data });
}

function addInPlace(target: Tensor, b: Tensor): void {
  const { data } = target;
  for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (b.data[i] as number);
}
