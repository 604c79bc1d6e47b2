import { describe, expect, it } from "vitest";
import { terminalReport } from "../../../src/doctor.js";
import { cutDiagnosis, healthyDiagnosis } from "./sample.js";

describe("the report for a terminal", () => {
  it("says in its first three lines what is wrong, where, and what to write", () => {
    expect(terminalReport(cutDiagnosis).split("\n").slice(0, 3)).toEqual([
      "NOT LEARNING  inputLayers.0.weight and 3 more never learn: what they compute was made into a new parameter.",
      "   where  model.ts:23:26",
      "   write  Pass the tensor to conv2d(image, weight) as it is: weights are values.",
    ]);
  });

  it("shows each finding with the line to blame, and each parameter with its numbers", () => {
    const lines = terminalReport(cutDiagnosis).split("\n");
    expect(lines).toContain("1. made into a new parameter  model.ts:23:26");
    expect(lines).toContain("   23 | this.synthesized = new Parameter(reshape(x, [KERNELS, 3, 1, 1]));");
    expect(lines).toContain("2. scale of generated weights (warning)");
    expect(lines).toContain(
      "inputLayers.0.weight  [8,10]     cut            -              -      2 of 8  see 1",
    );
    expect(lines).toContain(
      "styles.weight         [8,6]      learns      0.08          0.008           -  rows <3> & 4 were not in the batch",
    );
    expect(lines.at(-1)).toBe("loss 0.202 to 0.176 in 3 steps");
  });

  it("is short when all is well", () => {
    expect(terminalReport(healthyDiagnosis, { unicode: true }).split("\n")).toEqual([
      "✓  All 2 parameters learn.",
      "",
      "parameter    shape      status  gradient  update/weight  dead units  note",
      "head.weight  [3,4,1,1]  learns      0.08          0.008           -",
      "head.bias    [3]        learns      0.08          0.008           -",
      "",
      "loss 0.2 to 0.11 in 3 steps",
    ]);
  });

  it("uses colour only where it was asked for, and says the same with and without", () => {
    const plain = terminalReport(cutDiagnosis);
    const coloured = terminalReport(cutDiagnosis, { colour: true });
    const escapeCharacter = String.fromCharCode(27);
    expect(plain).not.toContain(escapeCharacter);
    expect(coloured).toContain(`${escapeCharacter}[1;31mNOT LEARNING`);
    expect(coloured.replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;]*m`, "g"), "")).toBe(plain);
  });

  it.each([40, 60, 100])("wraps its sentences to %s columns without losing a word", (columns) => {
    const { cause, repair } = cutDiagnosis.findings[0] as { cause: string; repair: string };
    const report = terminalReport(cutDiagnosis, { columns });
    const sentences = report
      .split("\n")
      .filter((line) => /^ {3}[A-Z]\S* /.test(line) || /^ {3}[a-z]/.test(line));
    expect(report.replaceAll(/\n {3}/g, " ")).toContain(cause);
    expect(report.replaceAll(/\n {3}/g, " ")).toContain(repair);
    for (const line of sentences.filter((one) => !/^ {3}(where|write) /.test(one))) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it("counts entries that are not finite", () => {
    const [first] = healthyDiagnosis.parameters;
    if (first === undefined) throw new Error("the sample has a parameter");
    const numbers = { ...first.numbers, nonFinite: 3 };
    const report = terminalReport({
      ...healthyDiagnosis,
      parameters: [{ ...first, status: "nonFinite", numbers }],
    });
    expect(report).toContain("not finite");
    expect(report).toContain("3 entries not finite");
  });
});
