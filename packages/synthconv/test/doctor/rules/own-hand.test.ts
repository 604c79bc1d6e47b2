import { grad, type Tensor } from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

/** A loss that steps by hand, and gives itself back without its tape. */
function stepping(rateOf: (step: number) => number): (model: TwoLayers, all: typeof batch) => Tensor {
  let step = 0;
  return (model, all) => {
    const loss = usual(model, all);
    const parameters = model.parameters();
    const gradients = grad(loss, parameters);
    const rate = rateOf(step++);
    for (const [index, parameter] of parameters.entries()) {
      const { data } = gradients[index] as Tensor;
      parameter.assign(parameter.data.map((value, i) => value - rate * (data[i] as number))); // by hand
    }
    return loss.detach({ reason: "stepped by hand" });
  };
}

describe("a loss that steps by hand", () => {
  it("trains its parameters", () => {
    const { state, parameters } = diagnose(
      twoLayers(),
      batch,
      stepping(() => 0.1),
    );
    expect(state).toBe("well");
    expect(parameters.map(({ status }) => status)).toEqual(Array(4).fill("learns"));
  });

  it("is accused from the step on in which its rate has become too small, at its assignment", () => {
    const finding = onlyFinding(
      diagnose(
        twoLayers(),
        batch,
        stepping((step) => 0.1 ** (step + 1)),
      ),
    );
    expect(finding).toMatchObject({ fault: "alwaysZero" });
    expect(finding.parameters).toHaveLength(4);
    expect(finding.place?.source).toContain("// by hand");
    expect(finding.cause).toMatch(/^From step \d+ on: the weights that are assigned here are the same bits/);
  });
});

describe("a loss that is detached with a reason", () => {
  it("is a fault where nothing moves a parameter either", () => {
    const loss = (model: TwoLayers, all: typeof batch): Tensor =>
      usual(model, all).detach({ reason: "a metric" }); // nothing behind it
    const diagnosis = diagnose(twoLayers(), batch, loss);
    const finding = onlyFinding(diagnosis);
    expect(finding).toMatchObject({ fault: "nothingToTrain" });
    expect(finding.place?.source).toContain("// nothing behind it");
    expect(diagnosis.healthy).toBe(false);
  });
});
