/** Where a run of the loss sets the learning rate of an optimizer itself: a schedule by hand. */
import { type CallSite, callSite } from "../core/call-site.js";
import type { Optimizer } from "../train/optimizer.js";

export interface RateSetting {
  readonly rate: number;
  /** What the run set it to the first time. */
  readonly first: number;
  readonly site: CallSite;
}

/** Sees what is assigned to the learning rates of optimizers. */
export class RateWatch {
  readonly settings: Map<Optimizer, RateSetting> = new Map();
  readonly #rates = new Map<Optimizer, number>();

  watch(optimizer: Optimizer): void {
    if (this.#rates.has(optimizer)) return;
    this.#rates.set(optimizer, optimizer.learningRate);
    const set = (rate: number): void => {
      this.#rates.set(optimizer, rate);
      const first = this.settings.get(optimizer)?.first ?? rate;
      this.settings.set(optimizer, { rate, first, site: callSite() });
    };
    const get = (): number => this.#rates.get(optimizer) as number;
    Object.defineProperty(optimizer, "learningRate", { configurable: true, enumerable: true, get, set });
  }

  /** Leaves the rates as they are now. */
  end(): void {
    for (const [optimizer, value] of this.#rates) {
      const property = { configurable: true, enumerable: true, writable: true, value };
      Object.defineProperty(optimizer, "learningRate", property);
    }
  }
}
