/** What happens to a part in some steps and not in others. */
import {
  Adam,
  add,
  Conv2d,
  declareParameter,
  exp,
  grad,
  initializers,
  Linear,
  Module,
  matmul,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  square,
  subtract,
  sum,
  type Tensor,
  tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

class WithBranch extends Module {
  readonly body = new Linear(3, 2);
  readonly branch = new Linear(3, 2);
  step = 0;
}

describe("a branch that has no turn any more", () => {
  const taken = (isTaken: (step: number) => boolean) => {
    const loss = (model: WithBranch, { x, y }: typeof batch): Tensor => {
      const own = model.body.forward(x);
      const all = isTaken(model.step++) ? add(own, model.branch.forward(x)) : own; // branch
      return mse(all, y);
    };
    return diagnose(new WithBranch().initialize({ seed: 1 }), batch, loss);
  };

  it.each([2, 4, 9])("is told of from step %d on, where it was used", (last) => {
    const finding = onlyFinding(taken((step) => step < last));
    expect(finding).toMatchObject({ fault: "notWired", severity: "warning" });
    expect(finding.parameters).toEqual(["branch.weight", "branch.bias"]);
    expect(finding.place?.source).toContain("// branch");
    expect(finding.cause).toContain(`until step ${last}, `);
  });

  it.each([2, 3, 4, 8])("is none where it has one in every %d. step", (period) => {
    expect(taken((step) => step % period === 0).findings).toEqual([]);
  });
});

describe("values that grow in a loop", () => {
  class Recurrent extends Module {
    readonly w: Parameters<typeof matmul>[1];
    readonly head = new Linear(4, 2);

    constructor(deviation: number) {
      super();
      this.w = declareParameter([4, 4], initializers.normal(deviation));
    }
  }
  const loss = (model: Recurrent, { x, y }: typeof batch): Tensor => {
    let h = matmul(x, tensor(Array(12).fill(0.3), { shape: [3, 4] }));
    for (let t = 0; t < 80; t++) h = matmul(h, model.w); // loop
    return mse(model.head.forward(h), y);
  };

  it.each([2, 4])("are named at the line of the loop: weights of deviation %d", (deviation) => {
    const finding = onlyFinding(diagnose(new Recurrent(deviation).initialize({ seed: 1 }), batch, loss));
    expect(finding).toMatchObject({ fault: "nonFinite" });
    expect(finding.place?.source).toContain("// loop");
    expect(finding.cause).toMatch(/grow by a factor of about [\d.]+ each time/);
  });
});

describe("steps inside of the loss that no float32 feels", () => {
  it.each([1e-9, 0])("are accused for all that they should move: rate %d", (learningRate) => {
    const model = twoLayers();
    const optimizer = new SGD(model.parameters(), { learningRate }); // rate
    const loss = (net: TwoLayers, all: typeof batch): Tensor => {
      const value = usual(net, all);
      optimizer.zeroGrad();
      value.backward();
      optimizer.step();
      return value;
    };
    const finding = onlyFinding(diagnose(model, batch, loss));
    expect(finding.parameters).toEqual([...model.namedParameters().keys()]);
    expect(finding.place?.source).toContain("// rate");
  });
});

describe("a snapshot that is restored in every run", () => {
  it("is named at the line that restores it", () => {
    const model = twoLayers();
    const restore = model.snapshot();
    const loss = (net: TwoLayers, all: typeof batch): Tensor => {
      restore(); // restore
      return usual(net, all);
    };
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer }));
    expect(finding).toMatchObject({ fault: "assignedIntoParameter" });
    expect(finding.place?.source).toContain("// restore");
  });
});

describe("what only looks wrong", () => {
  it("is a loss whose value is a constant by design, and whose gradient is none", () => {
    const advantage = tensor([[1], [-1], [2], [-2], [0]]);
    const loss = (model: TwoLayers, { x }: typeof batch): Tensor => {
      const score = sum(model.forward(x), { axes: 1, keepDims: true });
      const ratio = exp(subtract(score, score.detach({ reason: "the old policy" })));
      return mean(multiply(ratio, advantage));
    };
    const model = twoLayers();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.001 });
    expect(diagnose(model, batch, loss, { optimizer }).findings).toEqual([]);
  });

  it.each([2, 4])("is a sum of the gradients of %d runs, and a step then", (runs) => {
    const model = twoLayers();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    let run = 0;
    const loss = (net: TwoLayers, all: typeof batch): Tensor => {
      const value = usual(net, all);
      multiply(value, 1 / runs).backward();
      if (++run % runs === 0) {
        optimizer.step();
        optimizer.zeroGrad();
      }
      return value;
    };
    expect(diagnose(model, batch, loss).state).toBe("well");
  });

  it("is a gradient penalty through the kinks of a relu", () => {
    class Critic extends Module {
      readonly a = new Conv2d(2, 6, 3);
      readonly b = new Conv2d(6, 6, 3);
      readonly c = new Conv2d(6, 1, 1);
    }
    const images = { x: randomUniform([4, 2, 6, 6], new RandomStream({ seed: 5, purpose: "images" })) };
    const loss = (model: Critic, { x }: typeof images): Tensor => {
      const leaf = tensor(x.data, { shape: x.shape, requiresGrad: true });
      const score = model.c.forward(relu(model.b.forward(relu(model.a.forward(leaf)))));
      const [slope] = grad(sum(score), [leaf], { createGraph: true });
      return add(mean(square(subtract(score, 1))), multiply(sum(square(slope as Tensor)), 0.5));
    };
    expect(diagnose(new Critic().initialize({ seed: 1 }), images, loss).findings).toEqual([]);
  });
});
