/** With what rates optimizers step, and where a run of the loss sets one itself: a schedule by hand. */
import { type CallSite, callSite } from "../core/call-site.js";
import { Optimizer } from "../train/optimizer.js";

export interface RateSetting {
  readonly rate: number;
  /** What the run set it to the first time. */
  readonly first: number;
  readonly site: CallSite;
}

/** The rate of an update, and where it was told. */
export interface StepRate {
  readonly rate: number;
  readonly site: CallSite;
}

/** Sees what is assigned to the learning rates of optimizers, and with which they step. */
export class RateWatch {
  readonly settings: Map<Optimizer, RateSetting> = new Map();
  /** The largest rate of each step. */
  readonly history: Map<Optimizer, StepRate[]> = new Map();
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

  /** Notes the rate of an update in a step that is watched; where it was set says more than where it is used. */
  note(index: number, optimizer: Optimizer, rate: number, usedAt: CallSite): void {
    const rates = this.history.get(optimizer) ?? [];
    this.history.set(optimizer, rates);
    const setting = this.settings.get(optimizer);
    const site = setting?.rate === rate ? setting.site : usedAt;
    if (rate >= (rates[index]?.rate ?? 0)) rates[index] = { rate, site };
  }

  /** Lets an optimizer step, and notes its rate, also that which an update of the user's own passes on. */
  step(index: number, optimizer: Optimizer): void {
    const { step } = Optimizer.prototype;
    const watch = this;
    Optimizer.prototype.step = function (options = {}) {
      watch.note(index, this, options.learningRate ?? this.learningRate, callSite());
      step.call(this, options);
    };
    try {
      optimizer.step();
    } finally {
      Optimizer.prototype.step = step;
    }
  }

  /** Leaves the rates as they are now. */
  end(): void {
    for (const [optimizer, value] of this.#rates) {
      const property = { configurable: true, enumerable: true, writable: true, value };
      Object.defineProperty(optimizer, "learningRate", property);
    }
  }
}
