/** Several backward passes before one step: of pieces of a batch, of a climb, of tasks. */
import { Adam, add, mse, SGD, slice, type Tensor, tensor } from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Optimizer = Adam | SGD;
type Run = (model: TwoLayers, all: typeof batch, optimizer: Optimizer) => Tensor;

function diagnosisOf(
  run: Run,
  make = (model: TwoLayers): Optimizer => new Adam(model.parameters(), { learningRate: 0.01 }),
): Diagnosis {
  const model = twoLayers();
  const optimizer = make(model);
  return diagnose(model, batch, (network: TwoLayers, all: typeof batch) => run(network, all, optimizer));
}

const ROWS = [0, 1, 2, 3, 4];

function ofRow(model: TwoLayers, { x, y }: typeof batch, row: number): Tensor {
  const own = (all: Tensor): Tensor => slice(all, [[row, row + 1]]);
  return mse(model.forward(own(x)), own(y)).multiply(1 / ROWS.length);
}

const forgetting: Readonly<Record<string, (model: TwoLayers, optimizer: Optimizer) => void>> = {
  "zeroGrad of the optimizer": (_, optimizer) => optimizer.zeroGrad(), // forgets
  "zeroGrad of the model": (model) => model.zeroGrad(), // forgets
  "undefined by hand": (model) => {
    for (const parameter of model.parameters()) parameter.grad = undefined; // forgets
  },
};

describe("a batch in pieces", () => {
  it.each(Object.entries(forgetting))(
    "is a finding where each piece forgets the one before: %s",
    (_, forget) => {
      const run: Run = (model, all, optimizer) => {
        let loss: Tensor | undefined;
        for (const row of ROWS) {
          forget(model, optimizer);
          loss = ofRow(model, all, row);
          loss.backward();
        }
        optimizer.step();
        return loss as Tensor;
      };
      const finding = onlyFinding(diagnosisOf(run));
      expect(finding).toMatchObject({ fault: "optimizerHoldsOthers" });
      expect(finding.parameters).toHaveLength(4);
      expect(finding.place?.source).toContain("// forgets");
      expect(finding.cause).toContain("before each of 5 backward passes");
    },
  );

  it("is none where they add up, and none where each has its step", () => {
    const adding: Run = (model, all, optimizer) => {
      optimizer.zeroGrad();
      const losses = ROWS.map((row) => ofRow(model, all, row));
      for (const loss of losses) loss.backward();
      optimizer.step();
      return losses.reduce((sum, one) => add(sum, one));
    };
    const stepping: Run = (model, all, optimizer) => {
      for (const row of ROWS) {
        optimizer.zeroGrad();
        ofRow(model, all, row).backward();
        optimizer.step();
      }
      return usual(model, all);
    };
    for (const run of [adding, stepping]) expect(diagnosisOf(run).findings).toEqual([]);
  });
});

describe("gradients that are looked at before they are forgotten", () => {
  /** The closure that an optimizer is given in other libraries. */
  const closure = (model: TwoLayers, all: typeof batch, optimizer: Optimizer): Tensor => {
    optimizer.zeroGrad();
    const loss = usual(model, all);
    loss.backward();
    return loss;
  };

  it("are none: a climb before the step (sharpness-aware minimization)", () => {
    const run: Run = (model, all, optimizer) => {
      closure(model, all, optimizer);
      const before = model.parameters().map(({ data }) => data.slice());
      for (const parameter of model.parameters()) {
        const { grad } = parameter;
        parameter.assign(parameter.data.map((value, i) => value + 0.05 * (grad?.data[i] ?? 0)));
      }
      const loss = closure(model, all, optimizer);
      for (const [index, parameter] of model.parameters().entries())
        parameter.assign(before[index] as Float32Array);
      optimizer.step();
      return loss;
    };
    expect(diagnosisOf(run, (model) => new SGD(model.parameters(), { learningRate: 0.05 })).findings).toEqual(
      [],
    );
  });

  it("are none: inputs that are moved against the loss before it is trained on", () => {
    const run: Run = (model, { x, y }, optimizer) => {
      let moved = tensor(x.data.slice(), { shape: x.shape, requiresGrad: true });
      for (let step = 0; step < 3; step++) {
        optimizer.zeroGrad();
        mse(model.forward(moved), y).backward();
        const slope = moved.grad?.data ?? x.data;
        const next = moved.data.map((value, i) => value + 0.01 * Math.sign(slope[i] as number));
        moved = tensor(next, { shape: x.shape, requiresGrad: true });
      }
      optimizer.zeroGrad();
      const loss = mse(model.forward(tensor(moved.data.slice(), { shape: x.shape })), y);
      loss.backward();
      optimizer.step();
      return loss;
    };
    expect(diagnosisOf(run).findings).toEqual([]);
  });
});
