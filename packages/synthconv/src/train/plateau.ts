import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { ABOVE_ZERO, BELOW_ONE, FINITE, NOT_NEGATIVE, oneOf, optional, SHARE, whole } from "../core/kinds.js";
import { checkState } from "../nn/kinds.js";
import type { StateEntry } from "../nn/state-dict.js";

export interface PlateauOptions {
  /** What the rate is multiplied by. Default 0.1. */
  readonly factor?: number;
  /** Measurements without progress that are waited for. Default 10. */
  readonly patience?: number;
  /** Share of the best by which a better one has to be better. Default 1e-4. */
  readonly threshold?: number;
  /** Measurements after a fall that do not count. Default 0. */
  readonly cooldown?: number;
  /** The factor never falls below it. Default 0. */
  readonly minimum?: number;
  /** Whether less is better (a loss) or more. Default min. */
  readonly mode?: "min" | "max";
}

const OPTIONS: Fields<PlateauOptions> = {
  factor: optional(BELOW_ONE),
  patience: optional(whole(0)),
  threshold: optional(NOT_NEGATIVE),
  cooldown: optional(whole(0)),
  minimum: optional(SHARE),
  mode: optional(oneOf(["min", "max"])),
};

/**
 * A factor of the learning rate that falls when what is measured gets no better
 * (torch.optim.lr_scheduler.ReduceLROnPlateau with a relative threshold): measure once an epoch, say, and step with
 * `optimizer.step({ learningRate: optimizer.learningRate * plateau.factor })`. It depends on what was measured and is
 * therefore no `Schedule`; its state is saved beside a checkpoint.
 */
export class Plateau {
  readonly #options: Required<PlateauOptions>;
  #factor = 1;
  #best: number | undefined;
  #waited = 0;
  #cooling = 0;

  /** @throws {ValueError} when a setting is out of range. */
  constructor(options: PlateauOptions = {}) {
    checkOptions("Plateau", options, OPTIONS);
    const {
      factor = 0.1,
      patience = 10,
      threshold = 1e-4,
      cooldown = 0,
      minimum = 0,
      mode = "min",
    } = options;
    this.#options = { factor, patience, threshold, cooldown, minimum, mode };
  }

  /** 1 until the first fall. */
  get factor(): number {
    return this.#factor;
  }

  /**
   * Takes a measurement into account.
   *
   * @returns the factor from now on.
   * @throws {ValueError} when it is no finite number.
   */
  observe(measured: number): number {
    check("observe", "measured", measured, FINITE);
    const { factor, patience, cooldown, minimum } = this.#options;
    if (this.#isBetter(measured)) {
      this.#best = measured;
      this.#waited = 0;
    } else {
      this.#waited++;
    }
    if (this.#cooling > 0) {
      this.#cooling--;
      this.#waited = 0;
    }
    if (this.#waited > patience) {
      this.#factor = Math.max(this.#factor * factor, minimum);
      this.#cooling = cooldown;
      this.#waited = 0;
    }
    return this.#factor;
  }

  /** What has been measured so far: `plateau`, [4]. */
  stateDict(): Map<string, StateEntry> {
    const data = Float64Array.of(this.#factor, this.#best ?? Number.NaN, this.#waited, this.#cooling);
    return new Map([["plateau", { shape: [4], data }]]);
  }

  /**
   * Takes over what `stateDict` returned.
   *
   * @throws {ValueError} when it is none of a plateau.
   */
  loadStateDict(state: ReadonlyMap<string, StateEntry>): void {
    checkState("loadStateDict", state);
    const { data } = state.get("plateau") ?? {};
    const [factor = -1, best = Number.NaN, waited = -1, cooling = -1] = data ?? [];
    if (data?.length !== 4 || !ABOVE_ZERO.accepts(factor + Number.MIN_VALUE) || waited < 0 || cooling < 0) {
      throw new ValueError({
        where: "Plateau state",
        expected: "an entry plateau of four numbers, as stateDict gives it",
        received: [...state.keys()].join(", ") || "none",
      });
    }
    this.#factor = factor;
    this.#best = Number.isNaN(best) ? undefined : best;
    this.#waited = waited;
    this.#cooling = cooling;
  }

  #isBetter(measured: number): boolean {
    const { threshold, mode } = this.#options;
    if (this.#best === undefined) return true;
    return mode === "min" ? measured < this.#best * (1 - threshold) : measured > this.#best * (1 + threshold);
  }
}
