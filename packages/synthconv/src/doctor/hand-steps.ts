/** A loss that steps by hand: it takes gradients in its own run, and writes the parameters that it took them of. */
import { grad } from "../autograd/grad.js";
import type { Parameter } from "../autograd/parameter.js";
import { provenance, type Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { InnerUpdate } from "./inner-updates.js";
import { changeOf, sizesOf } from "./sizes.js";
import type { Entry } from "./trace.js";

/** Takes what the parameters are before a run, and the gradients that it propagates. */
export class HandSteps {
  readonly #before: ReadonlyMap<Parameter, FloatArray>;
  readonly #gradients = new Map<Tensor, FloatArray>();

  constructor(parameters: Iterable<Parameter>) {
    const trained = [...parameters].filter(({ trainable }) => trainable);
    this.#before = new Map(trained.map((one) => [one, one.data.slice()]));
  }

  /** Called before the run propagates: what it is about to get, of what has not been overwritten yet. */
  propagates(output: Tensor): void {
    if (!output.requiresGrad) return;
    const parameters = [...this.#before.keys()];
    const { observer } = provenance;
    provenance.observer = undefined;
    try {
      for (const [index, gradient] of grad(output, parameters, { allowUnused: true }).entries()) {
        if (gradient !== undefined) this.#gradients.set(parameters[index] as Parameter, gradient.data);
      }
    } catch {
      // The run's own propagation is about to fail of it, and says so.
    } finally {
      provenance.observer = observer;
    }
  }

  /**
   * What the run did by hand, by parameter; empty where it did not step so.
   *
   * @param written parameters whose numbers are others now, and that no optimizer stepped.
   */
  updates(written: readonly Parameter[], entries: readonly Entry[]): Map<Tensor, InnerUpdate> {
    const assigned = entries.flatMap(({ kind, tensor }) => (kind === "assigned" ? [tensor] : []));
    // Numbers that come back to what they were by a second assignment were put back.
    const isKept = (one: Parameter): boolean => assigned.filter((other) => other === one).length === 1;
    const stepped = [...this.#before.keys()].filter(
      (one) => this.#gradients.has(one) && (written.includes(one) || isKept(one)),
    );
    return new Map(
      stepped.map((one) => {
        const before = this.#before.get(one) as FloatArray;
        const gradient = this.#gradients.get(one) as FloatArray;
        const sizes = {
          weight: sizesOf(before),
          gradient: sizesOf(gradient),
          change: changeOf(before, one.data),
        };
        return [one, { ...sizes, descent: descentOf(before, one.data, gradient) }];
      }),
    );
  }
}

/** The product of an update with the gradient before it: below 0 where it goes down. */
export function descentOf(before: FloatArray, after: FloatArray, gradient: FloatArray): number {
  let sum = 0;
  for (let i = 0; i < before.length; i++) {
    sum += ((after[i] as number) - (before[i] as number)) * (gradient[i] as number);
  }
  return sum;
}
