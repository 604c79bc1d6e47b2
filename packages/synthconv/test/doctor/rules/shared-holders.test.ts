/** Two optimizers that hold the same parameters, and what only looks like it. */
import { Adam, mse, SGD } from "synthconv";
import { diagnose, type Finding } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, type TwoLayers, twoLayers } from "./support.js";

const RATE = { learningRate: 0.01 };

function findingsOf(
  model: TwoLayers,
  steps: (first: SGD | Adam, second: SGD | Adam, pass: () => void) => void,
): readonly Finding[] {
  const first = new Adam(model.parameters(), RATE); // first
  const second = new SGD(model.parameters(), RATE); // second
  const { findings } = diagnose(
    model,
    batch,
    (network, { x, y }) => {
      const loss = (): ReturnType<typeof mse> => mse(network.forward(x), y);
      steps(first, second, () => {
        for (const parameter of network.parameters()) parameter.grad = undefined;
        loss().backward();
      });
      return loss().detach({ reason: "for the log" });
    },
    { optimizer: [], steps: 6 },
  );
  return findings;
}

describe("two optimizers inside the loss that hold the same parameters", () => {
  it("are told, both with their lines, where they step by the same gradients", () => {
    const findings = findingsOf(twoLayers(), (first, second, pass) => {
      pass();
      first.step();
      second.step();
    });
    expect(findings).toMatchObject([{ fault: "optimizerHoldsOthers", severity: "warning" }]);
    expect(findings[0]?.place?.source).toContain("// second");
    expect(findings[0]?.parameters).toHaveLength(4);
    expect(findings[0]?.cause).toMatch(/another one, the one of .*shared-holders\.test\.ts:\d+:/);
  });

  it("are left in peace where each has a backward pass of its own", () => {
    const findings = findingsOf(twoLayers(), (first, second, pass) => {
      pass();
      first.step();
      pass();
      second.step();
    });
    expect(findings).toEqual([]);
  });
});
