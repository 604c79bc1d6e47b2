import { describe, expect, it } from "vitest";
import { closeTo } from "../../../../test-support/close-to.js";
import { type Schedule, schedules } from "../../src/train/index.js";
import { type ScheduleOptions, scheduleCases } from "../fixtures/pytorch/load.js";

function scheduleOf(options: ScheduleOptions): Schedule {
  switch (options.schedule) {
    case "constant":
      return schedules.constant();
    case "step":
      return schedules.step({ every: options.stepSize, factor: options.gamma });
    case "cosine":
      return schedules.cosine({ steps: options.steps, final: options.minimum / options.baseRate });
    case "exponential":
      return schedules.exponential({ factor: options.gamma });
    case "oneCycle":
      return schedules.oneCycle({ steps: options.steps });
    case "warmupCosine": {
      const after = schedules.cosine({ steps: options.steps - options.warmupSteps });
      return schedules.warmUp({ steps: options.warmupSteps, after });
    }
  }
}

describe("schedules", () => {
  it.each(scheduleCases())("$name gives PyTorch's learning rates", (one) => {
    const schedule = scheduleOf(one.options);
    const rates = one.values.map((_, step) => one.options.baseRate * schedule(step));
    closeTo(rates, one.values, 1e-9);
  });

  it("falls by its factor over as many steps as it is told, and one cycle ends where it is told", () => {
    const falling = schedules.exponential({ factor: 0.25, every: 2 });
    expect([0, 1, 2, 4].map(falling)).toEqual([1, 0.5, 0.25, 0.0625]);
    const cycle = schedules.oneCycle({ steps: 10, start: 0.5, final: 0.1, rise: 0.4 });
    expect(cycle(0)).toBe(0.5);
    expect(cycle(3)).toBeCloseTo(1, 12);
    expect([cycle(9), cycle(100)]).toEqual([0.1, 0.1]);
  });

  it("stays at its final value behind its last step", () => {
    const schedule = schedules.cosine({ steps: 10, final: 0.25 });
    expect([schedule(10), schedule(11), schedule(1000)]).toEqual([0.25, 0.25, 0.25]);
  });

  it("warms up to a constant unless told what comes after", () => {
    const schedule = schedules.warmUp({ steps: 4 });
    expect([0, 1, 2, 3, 4, 50].map(schedule)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  });

  it("describes kind and settings, also nested ones", () => {
    const nested = schedules.warmUp({ steps: 3, after: schedules.step({ every: 5 }) });
    expect(schedules.constant().description).toBe("constant {}");
    expect(nested.description).toBe('warmUp {"steps":3,"after":"step {\\"every\\":5,\\"factor\\":0.1}"}');
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %s steps", (steps) => {
    const message = `schedules.cosine steps: expected a whole number of 1 or more, received ${steps}`;
    expect(() => schedules.cosine({ steps })).toThrow(message);
    expect(() => schedules.warmUp({ steps })).toThrow("schedules.warmUp steps: expected a whole number");
    expect(() => schedules.step({ every: steps })).toThrow("schedules.step every: expected a whole number");
  });
});
