/** Numbers that come back in every so many steps, written beside an optimizer. */
import { Adam, type Tensor } from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Write = (model: TwoLayers, step: number) => void;
type Loss = (model: TwoLayers, all: typeof batch) => Tensor;

/** Steps inside of the loss, or leaves that to the doctor. */
function training(write: Write, isInside: boolean): Loss {
  let optimizer: Adam | undefined;
  let step = 0;
  return (model, all) => {
    write(model, step++);
    if (!isInside) return usual(model, all);
    optimizer ??= new Adam(model.parameters(), { learningRate: 0.01 });
    optimizer.zeroGrad();
    const loss = usual(model, all);
    loss.backward();
    optimizer.step();
    return loss;
  };
}

const resets = [2, 3, 4, 5].flatMap((every) =>
  (["body", "all"] as const).flatMap((part) => [true, false].map((isInside) => ({ every, part, isInside }))),
);

describe("the same numbers in every k-th step", () => {
  it.each(resets)(
    "are the finding: k $every, $part, steps inside: $isInside",
    ({ every, part, isInside }) => {
      const model = twoLayers();
      const target = part === "all" ? model : model.body;
      const first = target.stateDict();
      const write: Write = (_, step) => {
        if (step % every === every - 1) target.loadStateDict(first);
      };
      const finding = onlyFinding(diagnose(model, batch, training(write, isInside)));
      expect(finding.fault).toBe("assignedIntoParameter");
      expect(finding.parameters).toHaveLength(part === "all" ? 4 : 2);
      expect(finding.cause).toContain(`In steps ${every}, ${2 * every}, ${3 * every}`);
      expect(finding.place?.source).toContain("loadStateDict(first)");
    },
  );

  /** Slow weights that follow the fast ones by half, each k-th step (Lookahead, arXiv:1907.08610). */
  const lookahead = (): Write => {
    let slow: number[][] | undefined;
    return (model, step) => {
      const parameters = model.parameters();
      slow ??= parameters.map(({ data }) => [...data]);
      if (step % 4 !== 3) return;
      slow = slow.map((own, p) => own.map((value, i) => (value + (parameters[p]?.data[i] as number)) / 2));
      for (const [index, parameter] of parameters.entries())
        parameter.assign(Float32Array.from(slow[index] as number[]));
    };
  };
  /** The smallest entries become 0, those that are left stay. */
  const pruning: Write = (model, step) => {
    if (step % 4 !== 3) return;
    const { weight } = model.body;
    weight.assign(weight.data.map((value) => (Math.abs(value) < 0.05 ? 0 : value)));
  };

  it.each([true, false])("are no finding where they follow what is trained, steps inside: %s", (isInside) => {
    expect(diagnose(twoLayers(), batch, training(lookahead(), isInside)).findings).toEqual([]);
    expect(diagnose(twoLayers(), batch, training(pruning, isInside)).findings).toEqual([]);
  });

  it("are no finding where they come once, at the start of a fold", () => {
    const model = twoLayers();
    const first = model.stateDict();
    const write: Write = (_, step) => {
      if (step === 8) model.loadStateDict(first);
    };
    expect(diagnose(model, batch, training(write, true)).findings).toEqual([]);
  });
});
