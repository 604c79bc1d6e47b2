/** What a run of the loss propagates from to train by itself: a loop of the user's own shows its gradients there alone. */
import { grad } from "../autograd/grad.js";
import type { Parameter } from "../autograd/parameter.js";
import { provenance, type Tensor } from "../autograd/tensor.js";
import { Flow } from "./flow.js";
import type { Trace } from "./trace.js";

export interface TrainedOutput {
  readonly output: Tensor;
  readonly flow: Flow;
  /** Of all that the run had made by then, before a step changed any weight. */
  readonly gradients: ReadonlyMap<Tensor, Tensor>;
}

/** More in one run are rounds of the same. */
const MOST = 4;

export class TrainedOutputs {
  readonly #taken: Omit<TrainedOutput, "flow">[] = [];

  /** Called before the run propagates. */
  propagates(output: Tensor, parameters: Iterable<Parameter>, { origins, entries }: Trace): void {
    if (!output.requiresGrad || this.#taken.length >= MOST) return;
    const tensors = [...parameters, ...origins.keys(), ...entries.map(({ tensor }) => tensor)];
    const wanted = [...new Set(tensors)].filter(({ requiresGrad }) => requiresGrad);
    const { observer } = provenance;
    provenance.observer = undefined;
    try {
      const found = grad(output, wanted, { allowUnused: true });
      const pairs = found.flatMap((gradient, index): [Tensor, Tensor][] =>
        gradient === undefined ? [] : [[wanted[index] as Tensor, gradient]],
      );
      this.#taken.push({ output, gradients: new Map(pairs) });
    } catch {
      // The run's own propagation is about to fail of it, and says so.
    } finally {
      provenance.observer = observer;
    }
  }

  /** Called at the end of the run. */
  list(trace: Trace): TrainedOutput[] {
    return this.#taken.map((one) => ({ ...one, flow: new Flow(trace, one.output) }));
  }
}

/** Whether a gradient reaches it where a loop of the loss's own propagates. */
export function isReachedInside(parameter: Parameter, trained: readonly TrainedOutput[]): boolean {
  return trained.some(
    ({ gradients }) => gradients.get(parameter)?.data.some((value) => value !== 0) === true,
  );
}
