import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import {
  ABOVE_ZERO,
  BELOW_ONE,
  FINITE,
  instanceOf,
  type Kind,
  NOT_NEGATIVE,
  oneOf,
  optional,
  SHARE,
  whole,
} from "../core/kinds.js";
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
  /** Of `trainLoop`: steps whose mean loss is one measurement, those of an epoch, say. Default 1. */
  readonly every?: number;
}

const OPTIONS: Fields<PlateauOptions> = {
  factor: optional(BELOW_ONE),
  patience: optional(whole(0)),
  threshold: optional(NOT_NEGATIVE),
  cooldown: optional(whole(0)),
  minimum: optional(SHARE),
  mode: optional(oneOf(["min", "max"])),
  every: optional(whole(1)),
};

/**
 * A factor of the learning rate that falls when what is measured gets no better
 * (torch.optim.lr_scheduler.ReduceLROnPlateau with a relative threshold). As the `schedule` of `trainLoop` it measures the
 * loss, and its state is part of the checkpoints. By hand, measure once an epoch, say, and step with
 * `optimizer.step({ learningRate: optimizer.learningRate * plateau.factor })`. It depends on what was measured and is
 * therefore no function of the step, as a `Schedule` is: each run has one of its own.
 */
export class Plateau {
  readonly #options: Required<PlateauOptions>;
  #factor = 1;
  #best: number | undefined;
  #waited = 0;
  #cooling = 0;
  /** Losses of steps since the last measurement, and how many. */
  #total = 0;
  #steps = 0;

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
      every = 1,
    } = options;
    this.#options = { factor, patience, threshold, cooldown, minimum, mode, every };
  }

  /** Kind and settings, as that of a `Schedule`. */
  get description(): string {
    return `plateau ${JSON.stringify(this.#options)}`;
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

  /**
   * Takes the loss of a training step into account: every `every` of them are a measurement, their mean.
   *
   * @returns the factor from now on.
   * @throws {ValueError} when it is no finite number.
   */
  observeStep(loss: number): number {
    check("observeStep", "loss", loss, FINITE);
    this.#total += loss;
    this.#steps++;
    if (this.#steps < this.#options.every) return this.#factor;
    const mean = this.#total / this.#steps;
    this.#total = 0;
    this.#steps = 0;
    return this.observe(mean);
  }

  /** What has been measured so far: `plateau`, [7], all of them finite. */
  stateDict(): Map<string, StateEntry> {
    const hasBest = this.#best === undefined ? 0 : 1;
    const measured = [this.#factor, hasBest, this.#best ?? 0, this.#waited, this.#cooling];
    const data = Float64Array.from([...measured, this.#total, this.#steps]);
    return new Map([["plateau", { shape: [7], data }]]);
  }

  /**
   * Takes over what `stateDict` returned.
   *
   * @throws {ValueError} when it is none of a plateau.
   */
  loadStateDict(state: ReadonlyMap<string, StateEntry>): void {
    checkState("loadStateDict", state);
    const { data } = state.get("plateau") ?? {};
    const [factor = -1, hasBest = -1, best = 0, waited = -1, cooling = -1, total = 0, steps = -1] =
      data ?? [];
    const areCounts = [hasBest, waited, cooling, steps].every((count) => count >= 0);
    if (data?.length !== 7 || !ABOVE_ZERO.accepts(factor + Number.MIN_VALUE) || !areCounts) {
      throw new ValueError({
        where: "Plateau state",
        expected: "an entry plateau of seven numbers, as stateDict gives it",
        received: [...state.keys()].join(", ") || "none",
      });
    }
    this.#factor = factor;
    this.#best = hasBest === 0 ? undefined : best;
    this.#waited = waited;
    this.#cooling = cooling;
    this.#total = total;
    this.#steps = steps;
  }

  #isBetter(measured: number): boolean {
    const { threshold, mode } = this.#options;
    if (this.#best === undefined) return true;
    return mode === "min" ? measured < this.#best * (1 - threshold) : measured > this.#best * (1 + threshold);
  }
}

export const PLATEAU: Kind<Plateau> = instanceOf(Plateau, "a Plateau");
