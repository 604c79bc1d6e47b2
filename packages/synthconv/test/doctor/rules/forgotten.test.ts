/** Gradients that are forgotten between backward and step, of all or some parameters, in all or some steps. */
import { Adam, add, type Module, mse, type Parameter, type Tensor, tanh } from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Part = "body" | "head";
type Forget = (model: TwoLayers, step: number, norm: number) => void;

const LINE = /before the optimizer of .* has stepped/;

/** A loss that trains itself: between its backward and its step something may be forgotten. */
function training(
  forget: Forget,
  { isNaNAt = -1 }: { readonly isNaNAt?: number } = {},
): (model: TwoLayers, all: typeof batch) => Tensor {
  let optimizer: Adam | undefined;
  let step = 0;
  return (model, all) => {
    optimizer ??= new Adam(model.parameters(), { learningRate: 0.01 });
    optimizer.zeroGrad();
    const loss = usual(model, all);
    loss.backward();
    const bias = model.head.bias as Parameter;
    if (step === isNaNAt) bias.grad?.data.fill(Number.NaN);
    forget(model, step++, Math.hypot(...(bias.grad?.data ?? [])));
    optimizer.step();
    return loss;
  };
}

const ways: Readonly<Record<string, (part: Module) => void>> = {
  "zeroGrad of a module": (part) => part.zeroGrad(),
  "zeroGrad of an optimizer": (part) => new Adam(part.parameters(), { learningRate: 0.01 }).zeroGrad(),
  "undefined by hand": (part) => {
    for (const parameter of part.parameters()) parameter.grad = undefined;
  },
};
const times: Readonly<Record<string, { readonly when: (step: number) => boolean; readonly said: RegExp }>> = {
  always: { when: () => true, said: /^The gradients/ },
  "from the fifth step on": { when: (step) => step >= 4, said: /^From step 5 on/ },
  "in every second step": { when: (step) => step % 2 === 1, said: /^In 8 of 17 steps \(2, 4, 6, 8/ },
  "in every fourth step": { when: (step) => step % 4 === 3, said: /^In 4 of 17 steps/ },
};
const parts: readonly (Part | "model")[] = ["body", "head", "model"];
const cases = Object.keys(ways).flatMap((way) =>
  Object.keys(times).flatMap((time) => parts.map((part) => ({ way, time, part }))),
);

describe("gradients that are forgotten before the step", () => {
  it.each(cases)("are the finding: $way of the $part, $time", ({ way, time, part }) => {
    const { when, said } = times[time] as (typeof times)[string];
    const forget: Forget = (model, step) => {
      if (when(step)) ways[way]?.(part === "model" ? model : model[part]);
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, training(forget)));
    const all = ["body.weight", "body.bias", "head.weight", "head.bias"];
    expect(finding.fault).toBe("optimizerHoldsOthers");
    expect(finding.parameters).toEqual(all.filter((name) => part === "model" || name.startsWith(part)));
    expect(finding.cause).toMatch(said);
    expect(finding.cause).toMatch(LINE);
    expect(finding.place?.source).toMatch(/zeroGrad|= undefined/);
  });

  it.each(parts)("of the %s are lost to the step of a run that forgets what the one before left", (part) => {
    let optimizer: Adam | undefined;
    const loss = (model: TwoLayers, all: typeof batch): Tensor => {
      optimizer ??= new Adam(model.parameters(), { learningRate: 0.01 });
      (part === "model" ? model : model[part]).zeroGrad();
      optimizer.step();
      model.zeroGrad();
      const error = usual(model, all);
      error.backward();
      return error;
    };
    expect(onlyFinding(diagnose(twoLayers(), batch, loss)).cause).toMatch(LINE);
  });
});

describe("gradients that are forgotten on purpose", () => {
  const healthy: Readonly<Record<string, Forget>> = {
    "in the first steps, a warm-up": (model, step) => step < 4 && model.body.zeroGrad(),
    "once, in a trial": (model, step) => step === 5 && model.zeroGrad(),
    "of one part and the other in turns": (model, step) =>
      (step % 2 === 0 ? model.body : model.head).zeroGrad(),
    "of a part that chance draws": (model, step) =>
      ((step * 7 + 3) % 5 < 2 ? model.body : model.head).zeroGrad(),
    "of all where they are not finite": (model, _, norm) => Number.isNaN(norm) && model.zeroGrad(),
  };

  it.each(Object.keys(healthy))("are no finding: %s", (name) => {
    const loss = training(healthy[name] as Forget, { isNaNAt: 6 * Number(name.includes("finite")) || -1 });
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });

  it("are no finding after the step, and before the next backward", () => {
    let optimizer: Adam | undefined;
    const loss = (model: TwoLayers, all: typeof batch): Tensor => {
      optimizer ??= new Adam(model.parameters(), { learningRate: 0.01 });
      const first = usual(model, all);
      first.backward();
      optimizer.step();
      model.zeroGrad();
      const second = mse(tanh(model.forward(all.x)), all.y);
      second.backward();
      optimizer.step();
      optimizer.zeroGrad();
      return add(first, second);
    };
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });
});
