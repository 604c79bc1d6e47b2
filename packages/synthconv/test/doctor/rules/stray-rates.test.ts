/** Learning rates that leap in a step or rise for ever, where results are squashed and where they are not. */
import {
  Adam,
  Linear,
  Module,
  mse,
  RandomStream,
  randomUniform,
  SGD,
  sigmoid,
  type Tensor,
  tanh,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

class Network extends Module {
  readonly a = new Linear(6, 12);
  readonly b = new Linear(12, 3);
}

const random = new RandomStream({ seed: 1, purpose: "data" });
const batch = { x: randomUniform([12, 6], random), y: randomUniform([12, 3], random) };
const adam = (model: Module, learningRate: number): Adam => new Adam(model.parameters(), { learningRate });
const sgd = (model: Module, learningRate: number): SGD => new SGD(model.parameters(), { learningRate });
const same = (x: Tensor): Tensor => x;

interface Case {
  readonly out: (x: Tensor) => Tensor;
  readonly make: typeof adam | typeof sgd;
  readonly rate: (step: number) => number;
  /** Default: assigned, and stepped by whoever diagnoses. */
  readonly isInside?: boolean;
}

function diagnosisOf({ out, make, rate, isInside = false }: Case): Diagnosis {
  const model = new Network().initialize({ seed: 3 });
  const optimizer = make(model, 0.01);
  let step = 0;
  const loss = ({ a, b }: Network, { x, y }: typeof batch): Tensor => {
    if (!isInside) Object.assign(optimizer, { learningRate: rate(step++) });
    else optimizer.zeroGrad();
    const value = mse(out(b.forward(tanh(a.forward(x)))), y);
    if (!isInside) return value;
    value.backward();
    optimizer.step({ learningRate: rate(step++) });
    return value;
  };
  return diagnose(model, batch, loss, isInside ? {} : { optimizer });
}

const once = (at: number, usual: number, rate: number) => (step: number) => (step === at ? rate : usual);
const LEAPS: Record<string, readonly [Case, string, number]> = {
  "behind a sigmoid": [{ out: sigmoid, make: sgd, rate: once(4, 0.1, 800) }, "step 5", 0.1],
  "behind a tanh": [{ out: tanh, make: adam, rate: once(5, 0.01, 8) }, "step 6", 0.01],
  "of a result as it is": [{ out: same, make: adam, rate: once(3, 0.01, 8) }, "step 4", 0.01],
  "in the first step": [{ out: tanh, make: adam, rate: once(0, 0.01, 8) }, "step 1", 0.01],
  "again and again": [
    { out: sigmoid, make: adam, rate: (step) => (step % 5 === 4 ? 8 : 0.01) },
    "steps 5, 10 and 15",
    0.01,
  ],
  "that a step inside is told": [
    { out: sigmoid, make: adam, rate: once(3, 0.01, 8), isInside: true },
    "step 4",
    0.01,
  ],
};
const RISES: Record<string, Case> = {
  "doubled, behind a tanh": { out: tanh, make: sgd, rate: (step) => 0.1 * 2 ** step },
  "doubled, behind a sigmoid": { out: sigmoid, make: adam, rate: (step) => 0.001 * 2 ** step },
  "half as much again, of a result as it is": { out: same, make: sgd, rate: (step) => 0.1 * 1.5 ** step },
  "a warm-up that never ends": { out: tanh, make: adam, rate: (step) => 0.05 * (step + 1) },
  "doubled inside": { out: sigmoid, make: adam, rate: (step) => 0.01 * 2 ** step, isInside: true },
};
const MEANT: Record<string, Case> = {
  "a warm-up": { out: tanh, make: adam, rate: (step) => 0.01 * Math.min(1, (step + 1) / 8) },
  "a warm-up inside": {
    ...{ out: sigmoid, make: adam, isInside: true },
    rate: (step) => 0.01 * Math.min(1, (step + 1) / 8),
  },
  "up and down again": { out: tanh, make: adam, rate: (step) => 0.02 * (1 - Math.abs(step - 8) / 9) },
  cycles: { out: sigmoid, make: adam, rate: (step) => (step % 5 === 4 ? 0.03 : 0.01) },
  restarts: { out: same, make: adam, rate: (step) => 0.03 * 0.5 ** (step % 6) },
};

describe("a learning rate", () => {
  it.each(Object.entries(LEAPS))("that leaps is named with its step: %s", (_, [one, when, usual]) => {
    const finding = onlyFinding(diagnosisOf(one));
    expect(finding).toMatchObject({ fault: "exploding", severity: "fault" });
    expect(finding.place?.source).toContain("rate(step++)");
    expect(finding.cause).toMatch(
      new RegExp(`^In ${when} the learning rate is [0-9]+, and ${usual} in most others`),
    );
    expect(finding.repair).toBe(
      `Leave the leap out, here where the rate comes from: with ${usual} in every step the loss was seen to fall.`,
    );
  });

  it.each(Object.entries(RISES))("that rises is to stay at one that trains: %s", (_, one) => {
    const finding = onlyFinding(diagnosisOf(one));
    expect(finding).toMatchObject({ fault: "exploding", severity: "fault" });
    expect(finding.place?.source).toContain("rate(step++)");
    expect(finding.cause).toContain("The learning rate rises from step to step");
    const [, rate] = /^Let the rate stay at ([\d.]+) or fall/.exec(finding.repair ?? "") ?? [];
    const { losses, findings } = diagnosisOf({ ...one, rate: () => Number(rate) });
    expect(findings).toEqual([]);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  });

  it.each(Object.entries(MEANT))("that is meant so is left in peace: %s", (_, one) => {
    expect(diagnosisOf(one).findings).toEqual([]);
  });
});
