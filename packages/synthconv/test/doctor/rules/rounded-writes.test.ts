/** Parameters that the loss rounds in place: what training changes is rounded away; and those that it only bounds. */
import { multiply, round, SGD, type Tensor } from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Write = (weight: TwoLayers["body"]["weight"]) => void;

function diagnosisOf(write: Write): Diagnosis {
  const model = twoLayers();
  const loss = (net: TwoLayers, given: typeof batch): Tensor => {
    write(net.body.weight);
    return usual(net, given);
  };
  return diagnose(model, batch, loss, { optimizer: new SGD(model.parameters(), { learningRate: 0.02 }) });
}

const largestOf = (values: Iterable<number>): number => Math.max(...Array.from(values, Math.abs));
const ROUNDED: Record<string, Write> = {
  "to eighths, entry by entry": ({ data }) => {
    for (let i = 0; i < data.length; i++) data[i] = Math.round(8 * (data[i] as number)) / 8;
  },
  "to eighths, assigned": (weight) => weight.assign(weight.data.map((value) => Math.round(8 * value) / 8)),
  "by the operation": (weight) => weight.assign(multiply(round(multiply(weight.detach(), 8)), 1 / 8).data),
  "to signs": (weight) => weight.assign(weight.data.map((value) => 0.3 * Math.sign(value))),
  "to seven steps of the largest": (weight) => {
    const step = largestOf(weight.data) / 3;
    weight.assign(weight.data.map((value) => Math.round(value / step) * step));
  },
};
const BOUNDED: Record<string, Write> = {
  clipped: (weight) => weight.assign(weight.data.map((value) => Math.max(-2, Math.min(2, value)))),
  "to a largest norm": (weight) => {
    const norm = Math.hypot(...weight.data);
    if (norm > 1) weight.assign(weight.data.map((value) => value / norm));
  },
  "so finely that updates are felt": (weight) =>
    weight.assign(weight.data.map((value) => Math.round(65536 * value) / 65536)),
};

describe("weights that the loss writes anew", () => {
  it.each(Object.entries(ROUNDED))("are told to be rounded away: %s", (_, write) => {
    const finding = onlyFinding(diagnosisOf(write));
    expect(finding).toMatchObject({ fault: "assignedIntoParameter", parameters: ["body.weight"] });
    expect(finding.cause).toMatch(/^What is written here in each run has the same \d+ of 18 entries/);
    expect(finding.repair).toContain("Keep the parameter as it is, and round a value on the way");
  });

  it.each(Object.entries(BOUNDED))("are left in peace: %s", (_, write) => {
    expect(diagnosisOf(write).findings).toEqual([]);
  });
});
