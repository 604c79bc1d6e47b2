/** Targets that are no shares, steps of one's own that leave nothing of a gradient, and buffers that only count. */
import { bceWithLogits, Linear, Module, mse, multiply, Parameter, SGD, type Tensor, tensor } from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Given = typeof batch;

describe("targets of a binary cross entropy", () => {
  const run = (factor: number) => {
    const y = multiply(batch.y, factor).detach();
    const loss = (model: TwoLayers, given: Given): Tensor => bceWithLogits(model.forward(given.x), given.y); // scored
    return diagnose(twoLayers(), { ...batch, y }, loss);
  };

  it("are told of where they are bytes, at the score", () => {
    const finding = onlyFinding(run(255));
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.place?.source).toContain("// scored");
    expect(finding.repair).toContain("Bring y to numbers from 0 to 1");
  });

  it("are well from 0 to 1", () => {
    expect(run(1).findings).toEqual([]);
  });
});

describe("an optimizer that clips its gradients by itself", () => {
  class Clipped extends SGD {
    most = 0;
    override step(): void {
      for (const { grad } of this.parameters) {
        grad?.data.set(grad.data.map((value) => Math.max(-this.most, Math.min(this.most, value)))); // clipped
      }
      super.step();
    }
  }
  const run = (most: number) => {
    const model = twoLayers();
    const optimizer = Object.assign(new Clipped(model.parameters(), { learningRate: 0.1 }), { most });
    return diagnose(model, batch, usual, { optimizer });
  };

  it("to next to nothing is accused where it does so", () => {
    const finding = onlyFinding(run(1e-11));
    expect(finding.fault).toBe("alwaysZero");
    expect(finding.place?.source).toMatch(/clipped|grad/);
    expect(finding.cause).toContain("of the gradient it leaves nothing, or next to nothing");
  });

  it("to a usual size is well", () => {
    expect(run(0.1).findings).toEqual([]);
  });
});

describe("a frozen parameter that counts the runs of the loss", () => {
  class Counting extends Module {
    readonly layer = new Linear(3, 2);
    readonly count = new Parameter(tensor([0.1]));
  }

  it("is no copy that runs away, however many steps are watched", () => {
    const model = new Counting().initialize({ seed: 1 });
    model.count.data.fill(0.1);
    model.count.trainable = false;
    const loss = ({ layer, count }: Counting, { x, y }: Given): Tensor => {
      count.assign(count.data.map((value) => value + 1));
      return mse(layer.forward(x), y);
    };
    const optimizer = new SGD(model.layer.parameters(), { learningRate: 0.1 });
    expect(diagnose(model, batch, loss, { optimizer, steps: 60 }).findings).toEqual([]);
  });
});
