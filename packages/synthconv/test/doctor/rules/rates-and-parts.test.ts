/** Rates that rise, parts that are overwritten, terms that fade, and what is lost slowly. */
import {
  Adam,
  add,
  gather,
  Linear,
  log,
  Module,
  mean,
  mse,
  multiply,
  negate,
  type Optimizer,
  ReLU,
  reshape,
  Sequential,
  SGD,
  Sigmoid,
  softmax,
  type Tensor,
  tanh,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

describe("a learning rate", () => {
  const rising = (step: (optimizer: SGD, rate: number) => void): Parameters<typeof diagnose>[2] => {
    let rate = 0.001;
    let optimizer: SGD | undefined;
    return (model) => {
      optimizer ??= new SGD(model.parameters(), { learningRate: rate });
      optimizer.zeroGrad();
      const loss = usual(model as TwoLayers, batch);
      loss.backward();
      step(optimizer, rate);
      rate *= 2;
      return loss;
    };
  };

  it.each([
    ["that a step is told", (optimizer: SGD, rate: number) => optimizer.step({ learningRate: rate })],
    [
      "that is assigned",
      (optimizer: SGD, rate: number) => {
        Reflect.set(optimizer, "learningRate", rate);
        optimizer.step();
      },
    ],
  ])("%s and that doubles is to stay or fall", (_, step) => {
    const finding = onlyFinding(diagnose(twoLayers(), batch, rising(step)));
    expect(finding.fault).toBe("exploding");
    expect(finding.cause).toContain("The learning rate rises from step to step, from 0.00");
    expect(finding.repair).toMatch(/^Let the rate stay at 0\.00[12] or fall from step to step/);
  });

  it("that kills units little by little, with a momentum near 1, is to be lowered and not the units replaced", () => {
    const model = new Sequential(
      new Linear(3, 8),
      new ReLU(),
      new Linear(8, 8),
      new ReLU(),
      new Linear(8, 2),
    );
    model.initialize({ seed: 1 });
    const train = (learningRate: number): ReturnType<typeof diagnose> => {
      const optimizer = new SGD(model.parameters(), { learningRate, momentum: 0.99 });
      return diagnose(model, batch, (net, { x, y }) => mse(net.forward(x), y), { optimizer });
    };
    const finding = onlyFinding(train(0.3));
    expect(finding.cause).toMatch(/An update changed the weights by 0\.\d+ times their size/);
    const named = Number(/Lower its learning rate from 0\.3 to ([\d.]+\d)/.exec(finding.repair ?? "")?.[1]);
    expect(train(named).findings).toEqual([]);
  });
});

describe("numbers that are written into a trained parameter", () => {
  const optimizerOf = (model: Module): Optimizer => new Adam(model.parameters(), { learningRate: 0.01 });

  it("and leave nothing of it are the finding, also between the loss and its backward pass", () => {
    const model = twoLayers();
    const teacher = twoLayers();
    const finding = onlyFinding(
      diagnose(
        model,
        batch,
        (net, all) => {
          const loss = usual(net, all);
          const other = teacher.body.weight.data;
          net.body.weight.assign(
            net.body.weight.data.map((own, i) => 0.01 * own + 0.99 * (other[i] as number)),
          );
          return loss;
        },
        { optimizer: optimizerOf(model) },
      ),
    );
    expect(finding.fault).toBe("assignedIntoParameter");
    expect(finding.cause).toContain("It comes before the backward pass too");
  });

  const halfOf =
    (value: (own: number, first: number) => number) =>
    (first: Float32Array): ((net: TwoLayers, all: typeof batch) => Tensor) =>
    (net, all) => {
      const { weight } = net.body;
      weight.assign(
        weight.data.map((own, i) => (i < weight.size / 2 ? value(own, first[i] as number) : own)),
      );
      return usual(net, all);
    };

  it("are the finding where they replace half of it", () => {
    const model = twoLayers();
    const loss = halfOf(() => 0.1)(Float32Array.from(model.body.weight.data));
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer: optimizerOf(model) }));
    expect(finding.fault).toBe("assignedIntoParameter");
    expect(finding.cause).toContain("9 of 18 entries (50 %) are set here to other numbers");
    expect(finding.place?.source).toContain("weight.assign(");
  });

  it.each([
    ["a mask", () => 0],
    ["a part that is held at its start", (_: number, first: number) => first],
    ["a clip", (own: number) => Math.max(-0.2, Math.min(0.2, own))],
    ["a scale", (own: number) => own * 0.999],
  ])("are no finding where half of it is under %s", (_, value) => {
    const model = twoLayers();
    const loss = halfOf(value)(Float32Array.from(model.body.weight.data));
    expect(diagnose(model, batch, loss, { optimizer: optimizerOf(model) }).findings).toEqual([]);
  });
});

describe("a term of the loss", () => {
  it("that fades out step by step excuses the head that it alone trained", () => {
    class Faded extends Module {
      readonly body = new Linear(3, 6);
      readonly head = new Linear(6, 2);
      readonly second = new Linear(6, 2);
    }
    const model = new Faded().initialize({ seed: 1 });
    let step = 0;
    const diagnosis = diagnose(
      model,
      batch,
      (net, { x, y }) => {
        const hidden = tanh(net.body.forward(x));
        const share = Math.max(0, 1 - step++ / 7);
        return add(mse(net.head.forward(hidden), y), multiply(mse(net.second.forward(hidden), y), share));
      },
      { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) },
    );
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.parameters.find(({ name }) => name === "second.weight")).toMatchObject({
      status: "idle",
      excuse: "a term of the loss that faded out step by step was all that trained it",
    });
  });
});

it("a softmax over the batch is found where the classes are a list of numbers", () => {
  const model = twoLayers();
  const classes = [0, 1, 1, 0, 1];
  const finding = onlyFinding(
    diagnose(model, { x: batch.x, classes }, (net, all) => {
      const shares = reshape(softmax(net.forward(all.x), 0), [10, 1]);
      return mean(
        negate(
          log(
            gather(
              shares,
              all.classes.map((one, i) => 2 * i + one),
            ),
          ),
        ),
      );
    }),
  );
  expect(finding.fault).toBe("conditionMixed");
  expect(finding.cause).toContain("goes over axis 0, the batch");
});

it("twelve sigmoids under Adam lose the gradient of the first, though its weights creep", () => {
  const layers = Array.from({ length: 12 }, () => [new Linear(6, 6), new Sigmoid()]).flat();
  const model = new Sequential(new Linear(3, 6), ...layers, new Linear(6, 2)).initialize({ seed: 1 });
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  const { findings } = diagnose(model, batch, (net, { x, y }) => mse(net.forward(x), y), { optimizer });
  expect(findings.map(({ fault }) => fault)).toEqual(["vanishing"]);
  expect(findings[0]?.parameters).toContain("0.weight");
});
