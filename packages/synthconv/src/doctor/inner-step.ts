/** A step that the loss itself took. */
import type { Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";

/** An optimizer that stepped inside of the run. */
export interface InnerStep {
  readonly site: CallSite;
  readonly parameters: readonly Tensor[];
  /** Those among them that had a gradient other than 0. */
  readonly moved: ReadonlySet<Tensor>;
  /** Its learning rate, as this step was told. */
  readonly rate: number;
  readonly optimizer: object;
  /** How many tensors the run had propagated from by then: the same for steps by the same gradients. */
  readonly propagated: number;
}
