/** What went wrong in the program before the loss function ran: its lines are found afterwards. */
import { divide, mean, multiply, square, subtract, type Tensor, tensor } from "synthconv";
import { type Diagnosis, diagnose, keepCallSites } from "synthconv/doctor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provenance } from "../../src/autograd/tensor.js";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./rules/support.js";

function scaledBy(factor: Tensor, all: typeof batch = batch): Diagnosis {
  const loss = (model: TwoLayers, given: typeof batch): Tensor => multiply(usual(model, given), mean(factor));
  return diagnose(twoLayers(), all, loss);
}

describe("a tensor that is not finite before the loss runs", () => {
  beforeAll(() => keepCallSites());
  afterAll(() => {
    provenance.sites = undefined;
  });

  it("is named where an operation first made NaN of it", () => {
    const centered = subtract(batch.x, batch.x);
    const scaled = divide(centered, mean(square(centered))); // by 0
    const finding = onlyFinding(scaledBy(tensor([1]), { ...batch, x: multiply(scaled, 2) }));
    expect(finding).toMatchObject({ fault: "nonFinite" });
    expect(finding.place?.source).toContain("// by 0");
  });

  it("is named where it was made of numbers", () => {
    const table = tensor([1, Number.NaN]); // a table
    const finding = onlyFinding(scaledBy(table));
    expect(finding.place?.source).toContain("// a table");
    expect(finding.cause).toBe(
      "The tensor that is made here, before the loss function runs, has NaN at [1].",
    );
  });
});

describe("an empty list of optimizers", () => {
  it("is named at the line of the program that says so", () => {
    const optimizer: [] = []; // to be filled
    const finding = onlyFinding(diagnose(twoLayers(), batch, usual, { optimizer }));
    expect(finding).toMatchObject({ fault: "nothingToTrain" });
    expect(finding.place?.source).toContain("// to be filled");
  });
});
