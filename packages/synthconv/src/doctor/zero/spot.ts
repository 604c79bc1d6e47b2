/** The place at which a gradient, or an influence, ends: an operation, and the input whose way ends there. */
import { Parameter } from "../../autograd/parameter.js";
import { noGrad } from "../../autograd/tape.js";
import type { Tensor } from "../../autograd/tensor.js";
import type { FloatArray } from "../../core/float-array.js";
import type { ObservedStep } from "../observed-step.js";
import { MOVES, type Origin, type Trace } from "../trace.js";

export interface Spot {
  readonly parameter: Parameter;
  readonly origin: Origin;
  /** The input of the operation that follows the parameter. */
  readonly from: Tensor;
  readonly step: ObservedStep;
}

/**
 * The first operation that a gradient enters and, towards the parameter, only zeros leave. Undefined where no
 * gradient arrives at all, because nothing between the parameter and the loss has one.
 */
export function deadEndOf(parameter: Parameter, step: ObservedStep): Spot | undefined {
  const { trace, flow, gradients } = step;
  const influence = flow.influenceOf(parameter);
  let found: Spot | undefined;
  for (const { from, to } of trace.edges) {
    const origin = influence.has(from) ? trace.origins.get(to) : undefined;
    if (origin === undefined || isZero(gradients.get(to)?.data) || !isZero(gradients.get(from)?.data))
      continue;
    if (found === undefined || origin.order < found.origin.order) found = { parameter, origin, from, step };
  }
  return found;
}

/** What an operation alone passes on to one of its inputs, where the same tensor may be several of them. */
export function passedOn({ origin, from, step }: Spot): FloatArray[] {
  const upstream = step.gradients.get(origin.tensor);
  const { node } = origin.tensor;
  if (upstream === undefined || node === undefined) return [];
  const gradients = noGrad(() => node.backward(upstream));
  const passed: FloatArray[] = [];
  node.inputs.forEach((input, index) => {
    const gradient = gradients[index];
    if (input === from && gradient !== undefined) passed.push(gradient.data);
  });
  return passed;
}

/** What a tensor was before operations that only move numbers. */
export function unmoved(tensor: Tensor, { origins }: Trace): Tensor {
  let current = tensor;
  for (;;) {
    const origin = origins.get(current);
    const [input] = origin?.inputs ?? [];
    const isMove = origin !== undefined && (MOVES.has(origin.operation) || origin.operation === "cast");
    if (!isMove || input === undefined || origin.inputs.length !== 1) return current;
    current = input;
  }
}

/**
 * What made a tensor of zeros one: followed back through operations with an input of zeros, to a parameter, to an
 * operation without such an input, or to the first that took a constant of zeros.
 */
export function sourceOfZeros(zeros: Tensor, { origins }: Trace): Tensor {
  let current = zeros;
  for (;;) {
    if (current instanceof Parameter) return current;
    const input = origins.get(current)?.inputs.find(({ data }) => isZero(data));
    const isConstant =
      input !== undefined && !(input instanceof Parameter) && (origins.get(input)?.inputs.length ?? 0) === 0;
    if (input === undefined || isConstant) return current;
    current = input;
  }
}

export function isZero(values: FloatArray | undefined): boolean {
  return values === undefined || values.every((value) => value === 0);
}
