/** Why a backward pass refuses to run, where nothing was overwritten. */
import { zeros } from "../autograd/creation.js";
import { noGrad } from "../autograd/tape.js";
import type { TapeNode, Tensor } from "../autograd/tensor.js";
import { GraphError } from "../core/errors.js";
import type { Trace } from "./trace.js";

export interface Refusal {
  /**
   * - `constantGradient`: `tensor` is a gradient without a tape, and the loss is computed from it.
   * - `otherNumbers`: `tensor` is the result of a checkpoint whose body gave others when it ran again.
   */
  readonly kind: "constantGradient" | "otherNumbers";
  readonly tensor: Tensor;
}

/** What stops the walk from these outputs back to their leaves; undefined where it is something else. */
export function refusalBehind(outputs: Iterable<Tensor>, trace: Trace): Refusal | undefined {
  const met = new Set(outputs);
  let constant: Tensor | undefined;
  let random: Tensor | undefined;
  for (const tensor of met) {
    const { node } = tensor;
    if (tensor.gradientOf !== undefined) constant ??= tensor;
    if (node?.operation === "checkpoint" && refuses(tensor, node)) random ??= tensor;
    for (const input of node?.inputs ?? []) met.add(input);
  }
  if (constant !== undefined) return { kind: "constantGradient", tensor: firstGradient(constant, trace) };
  return random && { kind: "otherNumbers", tensor: random };
}

/** The gradient as `grad` gave it, from which `tensor` was computed. */
function firstGradient(tensor: Tensor, trace: Trace): Tensor {
  const made = trace.origins.get(tensor)?.inputs.find(({ gradientOf }) => gradientOf !== undefined);
  return made === undefined ? tensor : firstGradient(made, trace);
}

function refuses({ shape, dtype }: Tensor, node: TapeNode): boolean {
  try {
    noGrad(() => node.backward(zeros(shape, { dtype })));
    return false;
  } catch (error) {
    if (error instanceof GraphError) return true;
    throw error;
  }
}
