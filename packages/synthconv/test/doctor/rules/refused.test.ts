/** Backward passes that refuse to run: a finding with its line, in the place of the library's error. */
import {
  Adam,
  add,
  checkpoint,
  grad,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Loss = (model: TwoLayers, all: typeof batch) => Tensor;

/** The same loss, and one that takes its backward pass and its step by itself. */
function bothWays(loss: Loss): Loss[] {
  let optimizer: Adam | undefined;
  const withStep: Loss = (model, all) => {
    optimizer ??= new Adam(model.parameters(), { learningRate: 0.01 });
    optimizer.zeroGrad();
    const value = loss(model, all);
    value.backward();
    optimizer.step();
    return value;
  };
  return [loss, withStep];
}

/** How fast the network's result changes with its input, at points of their own. */
function slopeOf(model: TwoLayers, { x }: typeof batch, createGraph: boolean): Tensor {
  const points = tensor(x.data.slice(), { shape: x.shape, requiresGrad: true });
  const [slope] = grad(mean(model.forward(points)), [points], { createGraph }) as [Tensor];
  return slope;
}

const penalty =
  (createGraph: boolean): Loss =>
  (model, all) => {
    const slope = slopeOf(model, all, createGraph);
    return add(usual(model, all), mean(multiply(slope, slope)));
  };

const noise = new RandomStream({ seed: 3, purpose: "noise" });
let count = 0;

const drawing: Loss = (model, { x, y }) => {
  const noisy = (input: Tensor): Tensor => add(model.body.forward(input), randomUniform([6], noise));
  return mse(model.head.forward(tanh(checkpoint((input) => noisy(input), [x]))), y);
};
const counting: Loss = (model, { x, y }) =>
  mse(model.head.forward(checkpoint((input) => tanh(model.body.forward(input).multiply(++count)), [x])), y);

describe("a gradient without a tape in a loss", () => {
  it.each(bothWays(penalty(false)))("is the finding, at the line of grad (%#)", (loss) => {
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding.fault).toBe("computedWithoutTape");
    expect(finding.place?.source).toContain("grad(mean(model.forward(points))");
    expect(finding.parameters).toContain("body.weight");
    expect(finding.repair).toContain("createGraph: true");
  });

  it("is the finding where the loss is nothing else", () => {
    const loss: Loss = (model, all) => mean(slopeOf(model, all, false));
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding.fault).toBe("computedWithoutTape");
    expect(finding.place?.source).toContain("grad(mean(model.forward(points))");
  });

  it.each(bothWays(penalty(true)))("is none where it is on the tape (%#)", (loss) => {
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });

  it("is none where it is a constant on purpose", () => {
    const loss: Loss = (model, all) => {
      const weight = slopeOf(model, all, false).detach({ reason: "a constant weight" });
      return add(usual(model, all), multiply(mean(model.forward(all.x)), mean(weight)));
    };
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });
});

describe("a checkpoint whose body gives other numbers", () => {
  it.each([
    ["draws", bothWays(drawing)],
    ["counts", bothWays(counting)],
  ])("is the finding, at its line: it %s", (_, losses) => {
    for (const loss of losses) {
      const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
      expect(finding.fault).toBe("ownOperation");
      expect(finding.place?.source).toContain("checkpoint((input)");
      expect(finding.parameters).toContain("body.weight");
      expect(finding.repair).toContain("new RandomStream({ seed, purpose, step })");
    }
  });

  it("is none where the stream is made inside", () => {
    let step = 0;
    const loss: Loss = (model, { x, y }) => {
      const now = step++;
      const hidden = checkpoint(
        (input) => {
          const random = new RandomStream({ seed: 3, purpose: "noise", step: now });
          return tanh(add(model.body.forward(input), randomUniform([6], random)));
        },
        [x],
      );
      return mse(model.head.forward(hidden), y);
    };
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });
});
