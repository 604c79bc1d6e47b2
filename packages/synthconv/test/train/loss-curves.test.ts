/** Fifty steps of six small networks under three optimizers, against PyTorch's. */
import { describe, expect, it } from "vitest";
import type { Parameter } from "../../src/autograd/index.js";
import { Adam, AdamW, type Optimizer, SGD } from "../../src/train/index.js";
import { lossCurveCases } from "../fixtures/pytorch/load.js";
import { type LossCurveNetwork, lossCurveNetworks } from "./loss-curve-networks.js";

const OPTIMIZERS: Readonly<Record<string, (parameters: readonly Parameter[]) => Optimizer>> = {
  sgd: (parameters) => new SGD(parameters, { learningRate: 0.05, momentum: 0.9 }),
  adam: (parameters) => new Adam(parameters, { learningRate: 0.01 }),
  adamw: (parameters) => new AdamW(parameters, { learningRate: 0.01, weightDecay: 0.05 }),
};

function lossesOf({ parameters, loss }: LossCurveNetwork, optimizer: Optimizer, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    for (const parameter of parameters) parameter.grad = undefined;
    const value = loss();
    value.backward();
    optimizer.step();
    return value.item();
  });
}

const cases = lossCurveCases();

describe.each(["float64", "float32"] as const)("losses in %s", (dtype) => {
  // Stored to ten digits; float32 rounds in every step.
  const tolerance = dtype === "float64" ? 1e-8 : 1e-4;

  it.each(cases.map((one) => [one.name, one] as const))(
    "are PyTorch's for %s",
    (_, { network, optimizer, losses }) => {
      const made = (lossCurveNetworks[network] as (dtype: string) => LossCurveNetwork)(dtype);
      const optimize = OPTIMIZERS[optimizer] as (parameters: readonly Parameter[]) => Optimizer;
      const ours = lossesOf(made, optimize(made.parameters), losses.length);
      ours.forEach((loss, step) => {
        const theirs = losses[step] as number;
        expect(Math.abs(loss - theirs) / theirs, `after ${step} steps`).toBeLessThan(tolerance);
      });
    },
  );
});

describe("the fixtures", () => {
  it("hold every network under every optimizer", () => {
    const expected = Object.keys(lossCurveNetworks).length * Object.keys(OPTIMIZERS).length;
    expect(new Set(cases.map(({ name }) => name)).size).toBe(expected);
  });
});
