/** Rates and optimizers: what leaves what it came from, what kills units, and who holds what. */
import {
  Adam,
  Linear,
  Module,
  mse,
  type Optimizer,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, twoLayers, usual } from "./support.js";

/** The rate that a repair names. */
function namedRate(repair: string | undefined): number {
  return Number(/ to ([\d.e-]+):/.exec(repair ?? "")?.[1]);
}

function lossesAt<Given>(
  make: () => Module,
  given: Given,
  loss: (model: never, given: Given) => Tensor,
  rate: number,
): number[] {
  const model = make();
  const optimizer = new SGD(model.parameters(), { learningRate: rate });
  return Array.from({ length: 200 }, () => {
    optimizer.zeroGrad();
    const value = loss(model as never, given);
    value.backward();
    optimizer.step();
    return value.item();
  });
}

describe("a loss that falls first and leaves for good then", () => {
  class Line extends Module {
    readonly layer = new Linear(2, 1, { bias: false });
  }
  // The first column is learned in a few steps; of the second, far larger, next to nothing is left to learn.
  const make = (): Line => {
    const model = new Line().initialize({ seed: 1 });
    model.layer.weight.data.set([0, 1 + 2e-4]);
    return model;
  };
  const x = tensor([1, -1, 1, -1].map((one, row) => [one, row < 2 ? 4 : -4]));
  const given = { x, y: tensor([1, -1, 1, -1].map((one, row) => [one + (row < 2 ? 4 : -4)])) };
  const loss = (model: Line, data: typeof given): Tensor => mse(model.layer.forward(data.x), data.y);

  it("is told of while it is still below where it began, with a rate that trains", () => {
    const model = make();
    const finding = onlyFinding(
      diagnose(model, given, loss, { optimizer: new SGD(model.parameters(), { learningRate: 0.08 }) }),
    );
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.cause).toContain("has risen since");
    const losses = lossesAt(make, given, loss, namedRate(finding.repair));
    expect(losses.at(-1)).toBeLessThan(0.01 * (losses[0] as number));
  });

  it("is none where it comes back", () => {
    const model = make();
    const optimizer = new SGD(model.parameters(), { learningRate: 0.02, momentum: 0.9 });
    expect(diagnose(model, given, loss, { optimizer }).findings).toEqual([]);
  });
});

describe("units that a rate kills", () => {
  const make = () => twoLayers();
  const loss = (model: ReturnType<typeof twoLayers>, { x, y }: typeof batch): Tensor =>
    mse(relu(model.head.forward(relu(model.body.forward(x)))), y);

  it("are kept on by a lower rate, also where they are the last", () => {
    const model = make();
    const finding = onlyFinding(
      diagnose(model, batch, loss, { optimizer: new SGD(model.parameters(), { learningRate: 50 }) }),
    );
    expect(finding.repair).toContain("Lower its learning rate from 50 to");
    const losses = lossesAt(make, batch, loss, namedRate(finding.repair));
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  });
});

describe("the optimizers of a list", () => {
  const run = (optimizersOf: (model: ReturnType<typeof twoLayers>) => Optimizer[]) => {
    const model = twoLayers();
    return diagnose(model, batch, usual, { optimizer: optimizersOf(model) });
  };
  const adam = (parameters: ConstructorParameters<typeof Adam>[0]) =>
    new Adam(parameters, { learningRate: 0.01 });

  it("are told of where two hold the same, each with a part of its own", () => {
    const finding = onlyFinding(
      run(({ body, head }) => [
        adam([...body.parameters(), head.weight]),
        adam([...body.parameters(), ...head.parameters().slice(1)]),
      ]),
    );
    expect(finding).toMatchObject({ fault: "optimizerHoldsOthers", severity: "warning" });
    expect(finding.parameters).toEqual(["body.weight", "body.bias"]);
    expect(finding.cause).toContain("both step with the same gradient");
  });

  it("are well where each holds its own", () => {
    expect(run(({ body, head }) => [adam(body.parameters()), adam(head.parameters())]).findings).toEqual([]);
  });

  it("are missed where there is none", () => {
    const finding = onlyFinding(run(() => []));
    expect(finding).toMatchObject({ fault: "nothingToTrain" });
    expect(finding.cause).toContain("a list with nothing in it");
  });

  it("are not to blame where a part far from the loss has a small gradient by itself", () => {
    class Deep extends Module {
      readonly layers = Array.from({ length: 9 }, () => new Linear(3, 3));
    }
    const model = new Deep().initialize({ seed: 2 });
    for (const { weight } of model.layers) weight.data.set(weight.data.map((value) => value * 0.35));
    const [first, ...others] = model.layers;
    const random = new RandomStream({ seed: 2, purpose: "deep" });
    const given = { x: randomUniform([4, 3], random), y: randomUniform([4, 3], random) };
    const optimizer = [
      new SGD((first as Linear).parameters(), { learningRate: 0.01 }),
      adam(others.flatMap((layer) => layer.parameters())),
    ];
    const loss = (net: Deep, { x, y }: typeof given): Tensor =>
      mse(
        net.layers.reduce((h, layer) => tanh(layer.forward(h)), x),
        y,
      );
    const { findings } = diagnose(model, given, loss, { optimizer });
    expect(findings.filter(({ cause }) => cause.includes("learning rate"))).toEqual([]);
  });
});
