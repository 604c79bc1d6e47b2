/** Parts whose turn comes after the watched steps, and inputs that are perturbed before they are shown. */
import {
  Adam,
  add,
  crossEntropy,
  grad,
  Linear,
  Module,
  mse,
  multiply,
  negate,
  type Optimizer,
  Parameter,
  slice,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

const adam = (model: Module): Optimizer => new Adam(model.parameters(), { learningRate: 0.01 });
type Loss = (net: TwoLayers, all: typeof batch, step: number) => Tensor;

function counted(loss: Loss): (net: TwoLayers, all: typeof batch) => Tensor {
  let step = 0;
  return (net, all) => loss(net, all, step++);
}

describe("a warm-up of 25 steps", () => {
  const ways: [string, Loss][] = [
    [
      "that detaches the body",
      (net, { x, y }, step) => {
        const hidden = tanh(net.body.forward(x));
        return mse(net.head.forward(step < 25 ? hidden.detach() : hidden), y);
      },
    ],
    [
      "that weighs the body with 0",
      (net, { x, y }, step) =>
        mse(net.head.forward(multiply(tanh(net.body.forward(x)), Math.max(0, step - 25))), y),
    ],
    [
      "that leaves the body out",
      (net, all, step) => (step < 25 ? mse(net.head.forward(zeros([5, 6])), all.y) : usual(net, all)),
    ],
  ];

  it.each(ways)("%s is no finding, and is told of", (_, loss) => {
    const model = twoLayers();
    const { findings, verdict } = diagnose(model, batch, counted(loss), { optimizer: adam(model) });
    expect(findings).toEqual([]);
    expect(verdict).toMatch(/In 17 steps before them (body|head)\.weight.* had no turn: a warm-up\.$/);
  });

  it("is a finding where the caller says how many steps to watch, or where it has no end", () => {
    const [, cut] = ways[0] as [string, Loss];
    const model = twoLayers();
    const watched = diagnose(model, batch, counted(cut), { optimizer: adam(model), steps: 17 });
    expect(onlyFinding(watched).fault).toBe("detached");
    const forEver = diagnose(
      model,
      batch,
      counted((net, all) => cut(net, all, 0)),
      { optimizer: adam(model) },
    );
    expect(onlyFinding(forEver).fault).toBe("detached");
  });

  it("of a rate that a step is told is no finding", () => {
    const model = twoLayers();
    const optimizer = adam(model);
    const loss = counted((net, all, step) => {
      optimizer.zeroGrad();
      const value = usual(net, all);
      value.backward();
      optimizer.step({ learningRate: step < 25 ? 0 : 0.01 });
      return value;
    });
    expect(diagnose(model, batch, loss).findings).toEqual([]);
  });
});

describe("an input that goes up its own gradient before it is shown", () => {
  const up = (own: Tensor, gradient: Tensor): Float32Array =>
    Float32Array.from(own.data, (value, i) => value + 0.02 * Math.sign(gradient.data[i] as number));
  const attacks: [string, (net: TwoLayers, all: typeof batch) => Tensor][] = [
    [
      "as a tensor",
      (net, { x, y }) => {
        let shown = x;
        for (let turn = 0; turn < 3; turn++) {
          const asked = tensor(shown.data.slice(), { shape: x.shape, requiresGrad: true });
          const [slope] = grad(mse(net.forward(asked), y), [asked]);
          shown = tensor(up(asked, slope as Tensor), { shape: x.shape });
        }
        return mse(net.forward(shown), y);
      },
    ],
    [
      "as a parameter",
      (net, { x, y }) => {
        const shift = new Parameter(tensor(new Float32Array(x.size), { shape: x.shape }));
        for (let turn = 0; turn < 3; turn++) {
          const [slope] = grad(mse(net.forward(add(x, shift)), y), [shift]);
          shift.assign(up(shift, slope as Tensor));
        }
        return mse(net.forward(add(x, shift.detach({ reason: "attack" }))), y);
      },
    ],
  ];

  it.each(attacks)("%s is no finding", (_, loss) => {
    const model = twoLayers();
    expect(diagnose(model, batch, loss, { optimizer: adam(model) }).findings).toEqual([]);
  });
});

describe("a minus before an error or a penalty", () => {
  it("is the finding where classes are a list of numbers", () => {
    const model = twoLayers();
    const finding = onlyFinding(
      diagnose(model, { x: batch.x, classes: [0, 1, 1, 0, 1] }, (net, { x, classes }) =>
        negate(crossEntropy(net.forward(x), classes)),
      ),
    );
    expect(finding.fault).toBe("exploding");
    expect(finding.cause).toContain(
      "The crossEntropy compares what the network gives with the classes of the batch",
    );
  });

  it("is the finding where it takes the squares of the weights away", () => {
    const model = twoLayers();
    const loss = (net: TwoLayers, all: typeof batch): Tensor => {
      const squares = net.parameters().map((one) => sum(square(one)));
      return subtract(
        usual(net, all),
        multiply(
          squares.reduce((a, b) => add(a, b)),
          0.2,
        ),
      );
    };
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer: adam(model) }));
    expect(finding.fault).toBe("exploding");
    expect(finding.place?.source).toContain("return subtract(");
  });
});

it("experts that a mask of plain numbers shuts off are told of with it, and not again", () => {
  class Experts extends Module {
    readonly router = new Linear(3, 3);
    readonly experts = [0, 1, 2].map(() => new Linear(3, 2));
  }
  const model = new Experts().initialize({ seed: 1 });
  const finding = onlyFinding(
    diagnose(
      model,
      batch,
      (net, { x, y }) => {
        const rows = net.router.forward(x).toArray() as number[][];
        const mask = tensor(rows.map((row) => row.map((score) => Number(score === Math.max(...row)))));
        const parts = net.experts.map((one, i) =>
          multiply(slice(mask, [undefined, [i, i + 1]]), one.forward(x)),
        );
        return mse(
          parts.reduce((a, b) => add(a, b)),
          y,
        );
      },
      { optimizer: adam(model) },
    ),
  );
  expect(finding).toMatchObject({ fault: "plainNumbers", parameters: ["router.weight", "router.bias"] });
});
