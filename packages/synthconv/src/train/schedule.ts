import { check, checkOptions, type Fields } from "../core/arguments.js";
import {
  ABOVE_ZERO,
  FINITE,
  type Kind,
  kind,
  NOT_NEGATIVE,
  numberAs,
  optional,
  SHARE,
  whole,
} from "../core/kinds.js";

/**
 * What the learning rate is multiplied by at a step: a pure function, so that a resumed run continues with the
 * same rates. Steps count from 0.
 */
export interface Schedule {
  (step: number): number;
  /** Kind and settings; a checkpoint is resumed only under a schedule that is described alike. */
  readonly description: string;
}

interface StepScheduleOptions {
  readonly every: number;
  /** Default 0.1. */
  readonly factor?: number;
}

interface CosineOptions {
  readonly steps: number;
  /** Default 0. */
  readonly final?: number;
}

interface WarmUpOptions {
  readonly steps: number;
  readonly after?: Schedule;
}

interface ExponentialOptions {
  readonly factor: number;
  /** Steps over which the rate is multiplied by the factor. Default 1. */
  readonly every?: number;
}

interface OneCycleOptions {
  readonly steps: number;
  /** The factor at step 0. Default 1 / 25. */
  readonly start?: number;
  /** The factor at the last step. Default 1 / 250,000. */
  readonly final?: number;
  /** Share of the steps in which it rises. Default 0.3. */
  readonly rise?: number;
}

export const SCHEDULE: Kind<Schedule> = kind(
  "a schedule, a function of the step with a description",
  (value) => typeof value === "function" && typeof (value as Partial<Schedule>).description === "string",
  (value) => {
    if (Object.values(schedules).includes(value as never)) return "Call it: schedules.cosine({ steps }).";
    return typeof value === "function" ? "Write Object.assign(factor, { description })." : undefined;
  },
);

const STEP_OPTIONS: Fields<StepScheduleOptions> = { every: whole(1), factor: optional(FINITE) };
const COSINE_OPTIONS: Fields<CosineOptions> = { steps: whole(1), final: optional(FINITE) };
const EXPONENTIAL_OPTIONS: Fields<ExponentialOptions> = { factor: ABOVE_ZERO, every: optional(whole(1)) };
const ONE_CYCLE_OPTIONS: Fields<OneCycleOptions> = {
  steps: whole(1),
  start: optional(NOT_NEGATIVE),
  final: optional(NOT_NEGATIVE),
  rise: optional(SHARE),
};
const WARM_UP_OPTIONS: Fields<WarmUpOptions> = { steps: whole(1), after: optional(SCHEDULE) };

export interface Schedules {
  /** Always 1. */
  constant(): Schedule;

  /** Multiplied by `factor` after every `every` steps (torch.optim.lr_scheduler.StepLR). */
  step(options: StepScheduleOptions): Schedule;

  /**
   * Half a cosine from 1 at step 0 to `final` at step `steps`, and `final` from there on (Loshchilov and Hutter,
   * "SGDR", ICLR 2017, eq. 5, without restarts).
   */
  cosine(options: CosineOptions): Schedule;

  /** `factor ^ (step / every)`, without jumps (torch.optim.lr_scheduler.ExponentialLR). */
  exponential(options: ExponentialOptions): Schedule;

  /**
   * Half a cosine up from `start` to 1, and half a cosine down to `final` at the last step (Smith and Topin,
   * "Super-convergence", 2018; torch.optim.lr_scheduler.OneCycleLR).
   */
  oneCycle(options: OneCycleOptions): Schedule;

  /**
   * A straight line that reaches 1 at step `steps` - 1, starting from 1 / steps; it multiplies `after`, which
   * counts its own steps from the end of the warm-up. Default constant.
   */
  warmUp(options: WarmUpOptions): Schedule;
}

/** Schedules of the learning rate, by name. */
export const schedules: Schedules = {
  constant: () => describe("constant", {}, () => 1),

  step(options) {
    checkOptions("schedules.step", options, STEP_OPTIONS, { repair: numberAs("every") });
    const { every, factor = 0.1 } = options;
    return describe("step", { every, factor }, (step) => factor ** Math.floor(step / every));
  },

  cosine(options) {
    checkOptions("schedules.cosine", options, COSINE_OPTIONS, { repair: numberAs("steps") });
    const { steps, final = 0 } = options;
    return describe("cosine", { steps, final }, (step) => {
      const progress = Math.min(1, step / steps);
      return final + ((1 - final) * (1 + Math.cos(Math.PI * progress))) / 2;
    });
  },

  exponential(options) {
    checkOptions("schedules.exponential", options, EXPONENTIAL_OPTIONS, { repair: numberAs("factor") });
    const { factor, every = 1 } = options;
    return describe("exponential", { factor, every }, (step) => factor ** (step / every));
  },

  oneCycle(options) {
    checkOptions("schedules.oneCycle", options, ONE_CYCLE_OPTIONS, { repair: numberAs("steps") });
    const { steps, start = 1 / 25, final = 1 / 250_000, rise = 0.3 } = options;
    const [top, last] = [rise * steps - 1, steps - 1];
    const between = (from: number, to: number, share: number): number =>
      to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
    return describe("oneCycle", { steps, start, final, rise }, (step) => {
      if (step >= last) return final;
      return step <= top ? between(start, 1, step / top) : between(1, final, (step - top) / (last - top));
    });
  },

  warmUp(options) {
    checkOptions("schedules.warmUp", options, WARM_UP_OPTIONS, { repair: numberAs("steps") });
    const { steps, after = schedules.constant() } = options;
    return describe("warmUp", { steps, after: after.description }, (step) =>
      step < steps ? ((step + 1) / steps) * after(0) : after(step - steps),
    );
  },
};

function describe(kind: keyof Schedules, settings: object, factor: (step: number) => number): Schedule {
  const checked = (step: number): number => {
    check(`schedules.${kind}`, "step", step, FINITE);
    return factor(step);
  };
  return Object.assign(checked, { description: `${kind} ${JSON.stringify(settings)}` });
}
