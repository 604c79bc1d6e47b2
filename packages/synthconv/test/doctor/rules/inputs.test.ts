/** What the batch gives a network, and what the loss makes of its samples. */
import {
  add,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  RandomStream,
  randomUniform,
  reshape,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

class Hyper extends Module {
  readonly generator = new Linear(2, 6);
  readonly head = new Linear(3, 2);
  readonly scale: number;

  constructor(scale: number) {
    super();
    this.scale = scale;
  }

  forward(x: Tensor, condition: Tensor): Tensor {
    const scaled = multiply(condition, this.scale); // units
    const weights = reshape(tanh(this.generator.forward(scaled)), [-1, 3, 2]); // first layer
    const rows = multiply(weights, reshape(x, [-1, 3, 1]));
    return this.head.forward(mean(rows, { axes: 2 }));
  }
}

describe("a condition in the wrong units", () => {
  const random = new RandomStream({ seed: 3, purpose: "units" });
  const all = { ...batch, condition: randomUniform([5, 2], random) };
  const loss = (model: Hyper, { x, condition, y }: typeof all): Tensor => mse(model.forward(x, condition), y);
  const diagnosed = (scale: number): ReturnType<typeof diagnose> =>
    diagnose(new Hyper(scale).initialize({ seed: 1 }), all, loss);

  it.each([1e-6, 1e-8])("of %d is told of at the factor", (scale) => {
    const finding = onlyFinding(diagnosed(scale));
    expect(finding).toMatchObject({ fault: "collapsedGenerator", severity: "fault" });
    expect(finding.parameters).toContain("generator.weight");
    expect(finding.place?.source).toContain("// units");
    expect(finding.cause).toContain("condition");
  });

  it.each([10, 1, 0.1, 0.01])("of %d is none", (scale) => {
    expect(diagnosed(scale).findings).toEqual([]);
  });

  it("is told of at the layer where the batch itself is as small", () => {
    const small = {
      ...all,
      condition: tensor(
        all.condition.data.map((value) => 1e-7 * value),
        { shape: [5, 2] },
      ),
    };
    const finding = onlyFinding(diagnose(new Hyper(1).initialize({ seed: 1 }), small, loss));
    expect(finding.place?.source).toContain("// first layer");
  });
});

describe("a batch of one sample again and again", () => {
  it("is told of where it is used first", () => {
    const { data } = batch.x;
    const alike = {
      ...batch,
      x: tensor(
        data.map((_, i) => data[i % 3] as number),
        { shape: [5, 3] },
      ),
    };
    const finding = onlyFinding(diagnose(twoLayers(), alike, usual));
    expect(finding).toMatchObject({ fault: "conditionMixed", severity: "warning" });
    expect(finding.cause).toContain(
      "All 5 samples of x ([5,3]) are the same numbers, and those of y are not",
    );
  });
});

describe("an error over the batch", () => {
  it.each([
    ["mean", mean],
    ["sum", sum],
  ])("is accused where its size is taken behind the %s over the batch", (_, pool) => {
    const loss = (model: TwoLayers, { x, y }: typeof batch): Tensor => {
      const pooled = pool(subtract(model.forward(x), y), { axes: 0 }); // pooled
      return mean(square(pooled));
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({ fault: "conditionMixed" });
    expect(finding.parameters).toEqual([...twoLayers().namedParameters().keys()]);
    expect(finding.place?.source).toContain("// pooled");
    expect(finding.cause).toContain("errors of different samples cancel");
  });

  it("is none where the size is taken first, or no size is taken", () => {
    const first = (model: TwoLayers, { x, y }: typeof batch): Tensor =>
      mean(mean(square(subtract(model.forward(x), y)), { axes: 0 }));
    const critic = (model: TwoLayers, { x, y }: typeof batch): Tensor =>
      add(usual(model, { x, y }), multiply(mean(mean(subtract(model.forward(x), y), { axes: 0 })), 0.01));
    for (const loss of [first, critic]) expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });
});

describe("means over the batch that are compared", () => {
  const pooled = (one: Tensor): Tensor => mean(one, { axes: 0 }); // pooled

  it("are accused where nothing else is: no sample has to fit what belongs to it", () => {
    const loss = (model: TwoLayers, { x, y }: typeof batch): Tensor => {
      const given = pooled(model.forward(x));
      return mse(given, pooled(y));
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({ fault: "conditionMixed" });
    expect(finding.place?.source).toContain("// pooled");
    expect(finding.cause).toContain("no sample what belongs to it");
  });

  it("are well beside another moment, and where it is said that they are to agree", () => {
    const spread = (one: Tensor): Tensor =>
      pooled(square(subtract(one, mean(one, { axes: 0, keepDims: true }))));
    const moments = (model: TwoLayers, { x, y }: typeof batch): Tensor => {
      const given = model.forward(x);
      return add(mse(pooled(given), pooled(y)), mse(spread(given), spread(y)));
    };
    expect(diagnose(twoLayers(), batch, moments).findings).toEqual([]);
    const means = (model: TwoLayers, { x, y }: typeof batch): Tensor =>
      mse(pooled(model.forward(x)), pooled(y));
    expect(diagnose(twoLayers(), batch, means, { mixes: ["y"] }).findings).toEqual([]);
  });
});
