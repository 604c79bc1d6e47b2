/** What of the gradient comes back along each edge of the graph. */
import { noGrad } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import type { EdgeGradient } from "./diagnosis.js";
import { passesGradient } from "./flow.js";
import type { ObservedStep } from "./observed-step.js";
import type { Edge } from "./trace.js";

export class EdgeGradients {
  readonly #step: ObservedStep;
  /** What each operation passes on to its inputs; computed when the first edge into it is asked for. */
  readonly #passed = new Map<Tensor, ReadonlyMap<Tensor, EdgeGradient>>();

  constructor(step: ObservedStep) {
    this.#step = step;
  }

  along(edge: Edge): EdgeGradient {
    if (passesGradient(edge) && !edge.from.requiresGrad) return "unasked";
    if (!passesGradient(edge)) return "none";
    const known = this.#passed.get(edge.to) ?? this.#pass(edge.to);
    this.#passed.set(edge.to, known);
    return known.get(edge.from) ?? "none";
  }

  #pass(tensor: Tensor): Map<Tensor, EdgeGradient> {
    const passed = new Map<Tensor, EdgeGradient>();
    const { loss, gradients } = this.#step;
    const upstream = gradients.get(tensor);
    const { node } = tensor;
    if (node === undefined || (upstream === undefined && tensor !== loss)) return passed;
    // The gradient of an input is a sum over all that it went into: what this operation adds is asked of it alone.
    const results = upstream === undefined ? undefined : this.#ask(() => node.backward(upstream));
    node.inputs.forEach((input, index) => {
      const result = results === undefined ? gradients.get(input) : results[index];
      if (result === undefined || passed.get(input) === "flows") return;
      passed.set(input, result.data.some((value) => value !== 0) ? "flows" : "zero");
    });
    return passed;
  }

  /** An operation of the user's own may fail at that; the finding about it says so. */
  #ask<Result>(run: () => Result): Result | undefined {
    try {
      return noGrad(run);
    } catch {
      return undefined;
    }
  }
}
