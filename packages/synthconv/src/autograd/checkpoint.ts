/** Less memory for more time: what lies between the inputs and the output of a part is computed again for its gradient. */

import { check } from "../core/arguments.js";
import { GraphError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { FUNCTION } from "../core/kinds.js";
import { formatShape, type Shape, sameShape } from "../core/shape.js";
import { grad } from "./grad.js";
import { RESULT, TENSORS } from "./kinds.js";
import { numbersOf } from "./numbers.js";
import { unobserved } from "./propagate.js";
import { propagateOnTape } from "./propagate-on-tape.js";
import { record, withTape } from "./tape.js";
import { Tensor } from "./tensor.js";
import { outputsFirst } from "./walk.js";

/**
 * The result of `body(...inputs)`, whose tape is not kept: the backward pass runs `body` again and walks through what it
 * recorded then (Chen et al., "Training deep nets with sublinear memory cost", 2016). Parameters that `body` uses get
 * their gradients as usual; they need not be among the inputs.
 *
 * @param body must give the same numbers each time: random numbers from a stream that it makes itself, no counters.
 * @throws {GraphError} in the backward pass, when it gives other numbers than before.
 */
export function checkpoint<Inputs extends readonly Tensor[]>(
  body: (...inputs: Inputs) => Tensor,
  inputs: Inputs,
): Tensor {
  check("checkpoint", "body", body, FUNCTION);
  check("checkpoint", "inputs", inputs, TENSORS);
  const own = asLeaves(inputs);
  const first = unobserved(() => body(...own));
  check("checkpoint", "body's result", first, RESULT);
  const { shape } = first;
  const data = numbersOf(first);
  const leaves = leavesOf(first, own);
  const counts = writesOf([...inputs, ...leaves]);
  const again = (values: Inputs): Tensor => {
    const output = recomputed(() => body(...values));
    // Where inputs were overwritten since, the walk says so; a diagnosis asks also then, and gets other numbers.
    const isOverwritten = writesOf([...inputs, ...leaves]).some((count, i) => count !== counts[i]);
    return isOverwritten ? output : checkedSame(output, shape, data);
  };
  return record({
    operation: "checkpoint",
    inputs: [...inputs, ...leaves],
    settings: { again: () => body(...inputs) },
    shape,
    data,
    backward: (upstream) =>
      withTape(() => {
        const values = asLeaves(inputs);
        return grad(again(values), [...values, ...leaves], { seed: upstream, allowUnused: true });
      }),
    derivative: (upstream) => {
      const wanted = new Set<Tensor>([...inputs, ...leaves]);
      const found = propagateOnTape("checkpoint", again(inputs), upstream, wanted, new Set(inputs));
      // One that is an input and is captured as well gets all of its gradient as the input.
      const captured = leaves.map((leaf) => (inputs.includes(leaf) ? undefined : found.get(leaf)));
      return [...inputs.map((input) => found.get(input)), ...captured];
    },
  });
}

let isRunningAgain = false;

/** Whether a body runs again for its gradient: what it measured was measured before. */
export function isRecomputed(): boolean {
  return isRunningAgain;
}

function recomputed(body: () => Tensor): Tensor {
  const before = isRunningAgain;
  isRunningAgain = true;
  try {
    return body();
  } finally {
    isRunningAgain = before;
  }
}

const writesOf = (tensors: readonly Tensor[]): number[] => tensors.map(({ writes }) => writes.count);

/** The same numbers, from which nothing leads back. */
function asLeaves<Inputs extends readonly Tensor[]>(inputs: Inputs): Inputs {
  return inputs.map(
    (one) =>
      new Tensor({
        shape: one.shape,
        data: numbersOf(one),
        writes: one.writes,
        requiresGrad: one.requiresGrad,
      }),
  ) as unknown as Inputs;
}

/** What the body uses beside its inputs. */
function leavesOf(output: Tensor, inputs: readonly Tensor[]): Tensor[] {
  if (!output.requiresGrad) return [];
  return outputsFirst(output).filter((one) => one.node === undefined && !inputs.includes(one));
}

function checkedSame(output: Tensor, shape: Shape, data: FloatArray): Tensor {
  const isSame =
    sameShape(output.shape, shape) && numbersOf(output).every((value, at) => Object.is(value, data[at]));
  if (isSame) return output;
  throw new GraphError({
    where: "backward through checkpoint",
    expected: "the body to give the same numbers again",
    received: `others (${formatShape(output.shape)}; ${formatShape(shape)} before)`,
    repair:
      "It must depend on its inputs and on parameters alone: make random streams inside of it, by seed, purpose and step.",
  });
}
