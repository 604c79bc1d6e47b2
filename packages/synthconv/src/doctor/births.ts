/** Where and in which step tensors were computed, over all runs of a diagnosis. */
import type { Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";

/** What is kept of the tensors of all runs of a diagnosis: where each was computed, and in which step. */
export class Births {
  readonly #births = new WeakMap<Tensor, { readonly site: CallSite; readonly step: number }>();
  step = 0;

  add(tensor: Tensor, site: CallSite): void {
    this.#births.set(tensor, { site, step: this.step });
  }

  /** In an earlier step. */
  isEarlier(tensor: Tensor): boolean {
    return (this.#births.get(tensor)?.step ?? this.step) < this.step;
  }

  of(tensor: Tensor): { readonly site: CallSite; readonly step: number } | undefined {
    return this.#births.get(tensor);
  }
}
