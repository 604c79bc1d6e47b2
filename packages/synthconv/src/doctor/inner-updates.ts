/** How far optimizers that step inside of the loss move their parameters in one run of it. */
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import { changeOf, type Sizes, sizesOf } from "./sizes.js";

export interface InnerUpdate {
  /** Of the weights before the first step. */
  readonly weight: Sizes;
  /** Of the gradient in the last step that had one. */
  readonly gradient: Sizes | undefined;
  /** Of all steps of the run together. */
  readonly change: Sizes;
  /** The product of the update with the gradient, where it was made by hand: below 0 where it goes down. */
  readonly descent?: number;
}

/** Takes every step of a run before it is done. */
export class InnerUpdates {
  readonly #before = new Map<Tensor, FloatArray>();
  readonly #gradients = new Map<Tensor, Sizes>();

  begin(parameters: readonly Tensor[]): void {
    for (const parameter of parameters) {
      if (!this.#before.has(parameter)) this.#before.set(parameter, parameter.data.slice());
      if (parameter.grad !== undefined) this.#gradients.set(parameter, sizesOf(parameter.grad.data));
    }
  }

  /** Called at the end of the run. */
  sizes(): Map<Tensor, InnerUpdate> {
    return new Map(
      Array.from(this.#before, ([parameter, before]) => [
        parameter,
        {
          weight: sizesOf(before),
          gradient: this.#gradients.get(parameter),
          change: changeOf(before, parameter.data),
        },
      ]),
    );
  }
}
