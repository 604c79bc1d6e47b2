/** What becomes of the gradients that the runs of a loss propagate: a step takes them, or they are forgotten before it. */
import type { Tensor } from "../autograd/tensor.js";
import { type CallSite, callSite } from "../core/call-site.js";
import { isSameLine, placeOf } from "./place.js";
import { sizesOf } from "./sizes.js";

/** A gradient that the loss itself propagated. */
export interface PropagatedGradient {
  /** Where it was propagated. */
  readonly from: CallSite;
  readonly norm: number;
}

export interface ForgottenGradient extends PropagatedGradient {
  /** Where it was set to undefined, before a step that holds its parameter and found none. */
  readonly site: CallSite;
}

/** Of one parameter in one run. */
export interface GradientFate {
  readonly taken?: PropagatedGradient;
  readonly forgotten?: ForgottenGradient;
  /** Those that nobody looked at before they were forgotten, and the same line of the run propagated another instead. */
  readonly replaced?: readonly ForgottenGradient[];
}

interface Watched {
  grad: Tensor | undefined;
  /** Where the gradient that no step took yet came from. */
  from: CallSite | undefined;
  cleared: ForgottenGradient | undefined;
  /** Whether anyone asked for the gradient since it was propagated. */
  isRead: boolean;
  /** Whether nobody had when it was cleared. */
  isUnread: boolean;
  fate: GradientFate;
}

const MOST_LOOKS = 8;

/** Lasts for all runs: what one leaves, the next may forget. */
export class GradientWatch {
  /** Of the run that is watched now, or was the last. */
  #watched = new Map<Tensor, Watched>();
  #from: CallSite | undefined;
  /** Where the run clips before it has propagated anything. */
  emptyClip: CallSite | undefined;
  #looks = 0;

  begin(parameters: Iterable<Tensor>): void {
    const earlier = this.#watched;
    this.#watched = new Map();
    this.#from = undefined;
    this.emptyClip = undefined;
    this.#looks = 0;
    for (const parameter of new Set(parameters)) {
      const { grad } = parameter;
      const before = earlier.get(parameter);
      // What another put there between the runs is no gradient of the loss's own.
      const isSame = before !== undefined && before.grad === grad;
      const { from, cleared } = isSame ? before : { from: undefined, cleared: undefined };
      // Whoever steps between the runs takes what one of them left.
      const one: Watched = { grad, from, cleared, isRead: true, isUnread: false, fate: {} };
      this.#watched.set(parameter, one);
      Object.defineProperty(parameter, "grad", {
        ...{ configurable: true, enumerable: true },
        get: () => {
          one.isRead = true;
          if (one.grad === undefined && this.#from === undefined) this.#lookForClip();
          return one.grad;
        },
        set: (next: Tensor | undefined) => this.#set(one, next),
      });
    }
  }

  /** Called before the run propagates. */
  propagates(): void {
    this.#from = callSite();
  }

  /** Called before an optimizer steps. */
  steps(parameters: readonly Tensor[]): void {
    for (const parameter of parameters) {
      const one = this.#watched.get(parameter);
      if (one === undefined || !parameter.requiresGrad) continue;
      const { grad, from, cleared } = one;
      if (grad !== undefined && from !== undefined) {
        one.fate = { ...one.fate, taken: { from, norm: normOf(grad) } };
        one.from = undefined;
      } else if (grad === undefined && cleared !== undefined) {
        one.fate = { ...one.fate, forgotten: cleared };
      }
      one.cleared = undefined;
    }
  }

  /** Called at the end of a run, however it ends. */
  end(): Map<Tensor, GradientFate> {
    for (const [parameter, { grad }] of this.#watched) {
      const property = { configurable: true, enumerable: true, writable: true, value: grad };
      Object.defineProperty(parameter, "grad", property);
    }
    return new Map(Array.from(this.#watched, ([parameter, { fate }]) => [parameter, fate]));
  }

  /** Each look takes a stack: the first of them are enough. */
  #lookForClip(): void {
    if (this.#looks++ >= MOST_LOOKS || this.emptyClip !== undefined) return;
    const site = callSite();
    if (site.stack?.includes("clipGradientNorm") === true) this.emptyClip = site;
  }

  #set(one: Watched, next: Tensor | undefined): void {
    const { grad, from } = one;
    if (next === undefined) {
      if (grad !== undefined && from !== undefined && isOfUse(grad)) {
        one.cleared = { site: callSite(), from, norm: normOf(grad) };
        one.isUnread = !one.isRead;
      }
      one.from = undefined;
    } else {
      const { cleared, fate } = one;
      if (cleared !== undefined && one.isUnread && isSameLine(placeOf(cleared.from), placeOf(this.#from)))
        one.fate = { ...fate, replaced: [...(fate.replaced ?? []), cleared] };
      one.cleared = undefined;
      one.isRead = false;
      one.from = this.#from ?? from;
    }
    one.grad = next;
  }
}

/** To forget what is not finite is a guard. */
function isOfUse({ data }: Tensor): boolean {
  const { norm, nonFinite } = sizesOf(data);
  return norm !== 0 && nonFinite === 0;
}

function normOf({ data }: Tensor): number {
  return sizesOf(data).norm;
}
