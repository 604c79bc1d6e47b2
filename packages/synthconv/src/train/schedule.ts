import { ValueError } from "../core/errors.js";

/**
 * What the learning rate is multiplied by at a step: a pure function, so that a resumed run continues with the
 * same rates. Steps count from 0.
 */
export interface Schedule {
  (step: number): number;
  /** Kind and settings; a checkpoint is resumed only under a schedule that is described alike. */
  readonly description: string;
}

export interface Schedules {
  /** Always 1. */
  constant(): Schedule;

  /** Multiplied by `factor` after every `every` steps (torch.optim.lr_scheduler.StepLR). */
  step(options: { readonly every: number; readonly factor?: number }): Schedule;

  /**
   * Half a cosine from 1 at step 0 to `final` at step `steps`, and `final` from there on (Loshchilov and Hutter,
   * "SGDR", ICLR 2017, eq. 5, without restarts).
   */
  cosine(options: { readonly steps: number; readonly final?: number }): Schedule;

  /**
   * A straight line that reaches 1 at step `steps` - 1, starting from 1 / steps; it multiplies `after`, which
   * counts its own steps from the end of the warm-up. Default constant.
   */
  warmUp(options: { readonly steps: number; readonly after?: Schedule }): Schedule;
}

/** Schedules of the learning rate, by name. */
export const schedules: Schedules = {
  constant: () => describe("constant", {}, () => 1),

  step({ every, factor = 0.1 }) {
    checkSteps("schedules.step every", every);
    return describe("step", { every, factor }, (step) => factor ** Math.floor(step / every));
  },

  cosine({ steps, final = 0 }) {
    checkSteps("schedules.cosine steps", steps);
    return describe("cosine", { steps, final }, (step) => {
      const progress = Math.min(1, step / steps);
      return final + ((1 - final) * (1 + Math.cos(Math.PI * progress))) / 2;
    });
  },

  warmUp({ steps, after = schedules.constant() }) {
    checkSteps("schedules.warmUp steps", steps);
    return describe("warmUp", { steps, after: after.description }, (step) =>
      step < steps ? ((step + 1) / steps) * after(0) : after(step - steps),
    );
  },
};

function describe(kind: keyof Schedules, settings: object, factor: (step: number) => number): Schedule {
  return Object.assign(factor, { description: `${kind} ${JSON.stringify(settings)}` });
}

function checkSteps(where: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new ValueError({ where, expected: "a whole number of 1 or more", received: String(value) });
}
