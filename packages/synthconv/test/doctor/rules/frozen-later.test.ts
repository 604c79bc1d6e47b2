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
