import { Adam, add, Linear, Module, mse, type Tensor, tanh } from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, twoLayers, usual } from "./support.js";

describe("what a run freezes", () => {
  it("is a fault where it is for good, at the line that does", () => {
    let step = 0;
    const diagnosis = diagnose(twoLayers(), batch, (model, all) => {
      if (++step > 4) model.body.weight.trainable = false; // frozen for good
      return usual(model, all);
    });
    expect(diagnosis.state).toBe("ill");
    const finding = onlyFinding(diagnosis);
    expect(finding).toMatchObject({ fault: "nothingToTrain", parameters: ["body.weight"] });
    expect(finding.place?.source).toContain("// frozen for good");
    expect(finding.cause).toBe(
      "It learns until step 4, then it is frozen here, and nothing unfreezes it again.",
    );
  });

  it("is declared with a reason", () => {
    let step = 0;
    const { state } = diagnose(twoLayers(), batch, (model, all) => {
      if (++step === 5) model.body.freeze({ reason: "the warm-up is over" });
      return usual(model, all);
    });
    expect(state).toBe("well");
  });

  it("is no fault where it is for the turn of another, again and again", () => {
    let step = 0;
    const { state } = diagnose(twoLayers(), batch, (model, all) => {
      if (step++ % 5 === 0) model.body.unfreeze();
      else model.body.freeze();
      return usual(model, all);
    });
    expect(state).toBe("well");
  });
});

describe("an optimizer that was made for what is frozen", () => {
  class Tuned extends Module {
    readonly backbone = new Linear(3, 6);
    readonly backboneAdapter = new Linear(6, 6);
    readonly head = new Linear(6, 2);
    forward(x: Tensor): Tensor {
      const features = tanh(this.backbone.forward(x));
      return this.head.forward(add(features, this.backboneAdapter.forward(features)));
    }
  }

  const loss = (model: Tuned, { x, y }: typeof batch): Tensor => mse(model.forward(x), y);
  const tuned = (reason?: string): Tuned => {
    const model = new Tuned().initialize({ seed: 2 });
    model.backbone.freeze();
    if (reason !== undefined) model.backboneAdapter.freeze({ reason });
    return model;
  };
  const freezeByName = (model: Tuned): void => {
    for (const [name, parameter] of model.namedParameters())
      if (name.startsWith("backbone")) parameter.trainable = false; // too wide
  };
  const ofTheRest = ({ backboneAdapter, head }: Tuned): Adam =>
    new Adam([...backboneAdapter.parameters(), ...head.parameters()], { learningRate: 0.01 });

  it("is the finding where it leaves out what else is frozen: the pattern fits too much", () => {
    const model = tuned();
    freezeByName(model);
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer: ofTheRest(model) }));
    expect(finding).toMatchObject({
      fault: "nothingToTrain",
      parameters: ["backboneAdapter.weight", "backboneAdapter.bias"],
    });
    expect(finding.place?.source).toContain("// too wide");
  });

  it("is none where it holds all, and where a reason is given", () => {
    const all = tuned();
    freezeByName(all);
    const whole = new Adam(all.parameters(), { learningRate: 0.01 });
    expect(diagnose(all, batch, loss, { optimizer: whole }).findings).toEqual([]);
    const meant = tuned("its turn comes later");
    expect(diagnose(meant, batch, loss, { optimizer: ofTheRest(meant) }).findings).toEqual([]);
  });
});
