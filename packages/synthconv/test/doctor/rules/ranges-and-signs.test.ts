/** Batches with a range that a program insists on, results that never reach their targets, and signs. */
import {
  Adam,
  add,
  bceWithLogits,
  Conv2d,
  divide,
  instanceNorm,
  LeakyReLU,
  Linear,
  log,
  Module,
  mean,
  mse,
  multiply,
  negate,
  type Optimizer,
  ones,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  round,
  Sequential,
  sigmoid,
  softplus,
  sqrt,
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

describe("a loss that refuses numbers which its batch never has", () => {
  const strict = (net: TwoLayers, all: typeof batch): Tensor => {
    if (Math.max(...all.x.data) > 1) throw new RangeError("colours are from 0 to 1");
    return usual(net, all);
  };

  it("gets a verdict all the same", () => {
    const model = twoLayers();
    const x = divide(batch.x, Math.max(...batch.x.data.map(Math.abs)));
    expect(diagnose(model, { ...batch, x }, strict, { optimizer: adam(model) }).findings).toEqual([]);
  });
});

describe("a shift that another network computes", () => {
  class Tinted extends Module {
    readonly body = new Conv2d(3, 4, 1, { bias: false });
    readonly tint = new Sequential(new Linear(2, 6), new LeakyReLU(), new Linear(6, 4));
    readonly head = new Conv2d(4, 3, 1);
  }
  const random = new RandomStream({ seed: 8, purpose: "data" });
  const data = {
    x: randomUniform([3, 3, 5, 5], random),
    c: randomUniform([3, 2], random),
    y: randomUniform([3, 3, 5, 5], random),
  };
  const told = (shifted: (h: Tensor, shift: Tensor) => Tensor): ReturnType<typeof diagnose> => {
    const model = new Tinted().initialize({ seed: 4 });
    const loss = ({ body, tint, head }: Tinted, { x, c, y }: typeof data): Tensor =>
      mse(head.forward(tanh(shifted(body.forward(x), reshape(tint.forward(c), [3, 4, 1, 1])))), y);
    return diagnose(model, data, loss, { optimizer: adam(model) });
  };

  it("is repaired behind the normalisation that takes it away, and not by leaving it out alone", () => {
    const finding = onlyFinding(told((h, shift) => instanceNorm(add(h, shift))));
    expect(finding.fault).toBe("alwaysZero");
    expect(finding.parameters).toEqual(["tint.0.weight", "tint.0.bias", "tint.2.weight", "tint.2.bias"]);
    expect(finding.repair).toBe(
      "Add what they make behind the instanceNorm, where a shift stays; or leave them out.",
    );
    expect(told((h, shift) => add(instanceNorm(h), shift)).findings).toEqual([]);
  });
});

describe("the logarithm of what relu cut to 0", () => {
  const targets = { x: batch.x, t: tensor([0, 1, 0, 1, 1].map((a) => [1 - a, a])) };
  const entropy = (shares: Tensor, t: Tensor): Tensor =>
    negate(mean(sum(multiply(t, log(shares)), { axes: [1] })));
  const sharesBy =
    (positive: (x: Tensor) => Tensor) =>
    (net: TwoLayers, { x, t }: typeof targets): Tensor => {
      const made = positive(net.forward(x));
      return entropy(divide(made, add(sum(made, { axes: [1], keepDims: true }), 1e-6)), t);
    };

  it("is repaired where it is cut: an epsilon in the logarithm would leave it without a gradient", () => {
    const model = twoLayers();
    const finding = onlyFinding(diagnose(model, targets, sharesBy(relu), { optimizer: adam(model) }));
    expect(finding.fault).toBe("nonFinite");
    expect(finding.repair).toBe(
      "Take softplus in the place of that relu: log(add(x, 1e-6)) alone is finite, but what relu cuts to 0 gets no gradient.",
    );
    const repaired = diagnose(model, targets, sharesBy(softplus), { optimizer: adam(model) });
    expect(repaired.findings).toEqual([]);
    expect(repaired.losses.at(-1)).toBeLessThan(repaired.losses[0] as number);
  });
});

describe("a game whose critic learns inside of the loss", () => {
  it("shows the real samples to it alone, which is no mixing of them", () => {
    class Game extends Module {
      readonly generator = new Sequential(new Linear(3, 12), new LeakyReLU(), new Linear(12, 2));
      readonly critic = new Sequential(new Linear(2, 12), new LeakyReLU(), new Linear(12, 1));
    }
    const random = new RandomStream({ seed: 1, purpose: "data" });
    const data = { real: randomUniform([16, 2], random), noise: randomUniform([16, 3], random) };
    for (const seed of [1, 2, 3]) {
      const model = new Game().initialize({ seed });
      const [first, second] = [adam(model.critic), adam(model.generator)];
      const { findings } = diagnose(model, data, ({ generator, critic }, { real, noise }) => {
        const made = generator.forward(noise).detach({ reason: "the critic's turn" });
        model.zeroGrad();
        const seen = bceWithLogits(critic.forward(real), ones([16, 1])).add(
          bceWithLogits(critic.forward(made), zeros([16, 1])),
        );
        seen.backward();
        first.step();
        model.zeroGrad();
        const passed = bceWithLogits(critic.forward(generator.forward(noise)), ones([16, 1]));
        passed.backward();
        second.step();
        return passed.add(seen);
      });
      expect(findings).toEqual([]);
    }
  });
});

describe("a sigmoid", () => {
  it("against targets of bytes needs targets in its range", () => {
    const model = twoLayers();
    const bytes = { x: multiply(batch.x, 255), y: multiply(add(square(batch.y), 0.5), 255) };
    const finding = onlyFinding(
      diagnose(
        model,
        bytes,
        (net, { x, y }) => mse(sigmoid(multiply(net.head.forward(net.body.forward(x)), 1)), y),
        {
          optimizer: adam(model),
        },
      ),
    );
    expect(finding.repair).toContain("Bring y into the range of sigmoid, divide(y, 255)");
  });

  it("behind a factor of 10,000 needs none", () => {
    const model = twoLayers();
    const finding = onlyFinding(
      diagnose(
        model,
        batch,
        (net, { x, y }) => mse(net.head.forward(sigmoid(multiply(net.body.forward(x), 10_000))), y),
        { optimizer: adam(model) },
      ),
    );
    expect(finding.repair).toContain("Leave out the factor of 10000 before it");
  });
});

describe("numbers that are divided by their own size", () => {
  it.each([0, 1e-6])("leave a sign alone, with an epsilon of %d", (epsilon) => {
    class Score extends Module {
      readonly body = new Linear(3, 6);
      readonly head = new Linear(6, 1);
    }
    const model = new Score().initialize({ seed: 1 });
    const finding = onlyFinding(
      diagnose(
        model,
        batch,
        (net, { x, y }) => {
          const score = net.head.forward(tanh(net.body.forward(x)));
          const size = sqrt(add(sum(square(score), { axes: [1], keepDims: true }), epsilon));
          return mse(divide(score, size), sum(y, { axes: [1], keepDims: true }));
        },
        { optimizer: adam(model) },
      ),
    );
    expect(finding.fault).toBe("alwaysZero");
    expect(finding.place?.source).toContain("divide(score, size)");
  });
});

describe("a straight-through estimator", () => {
  type Through = (z: Tensor, q: Tensor) => Tensor;
  const loss =
    (through: Through) =>
    (net: TwoLayers, { x, y }: typeof batch): Tensor => {
      const z = net.body.forward(x);
      return mse(net.head.forward(through(z, divide(round(multiply(z, 8)), 8))), y);
    };
  const right: Through = (z, q) => add(z, subtract(q, z).detach({ reason: "straight through" }));
  const wrong: [string, Through, string][] = [
    ["detached as a whole", (z) => add(z, subtract(ones([5, 6]), z)).detach(), "detached"],
    ["detached on the wrong side", (z, q) => add(z.detach(), subtract(q, z)), "zeroDerivative"],
  ];

  it.each(wrong)("%s is told to detach the difference", (_, through, fault) => {
    const model = twoLayers();
    const optimizer = adam(model);
    const finding = onlyFinding(diagnose(model, batch, loss(through), { optimizer }));
    expect(finding).toMatchObject({ fault, parameters: ["body.weight", "body.bias"] });
    expect(finding.repair).toContain("Detach the difference alone: add(z, subtract(q, z).detach(");
    expect(diagnose(model, batch, loss(right), { optimizer }).findings).toEqual([]);
  });
});

it("a bias before an instanceNorm without a bias of its own is not told that there is one", () => {
  class Normed extends Module {
    readonly body = new Linear(3, 6);
    readonly head = new Linear(6, 2);
  }
  const model = new Normed().initialize({ seed: 1 });
  const { findings } = diagnose(
    model,
    batch,
    (net, { x, y }) => {
      const rows = reshape(net.body.forward(x), [5, 1, 6]);
      return mse(
        net.head.forward(
          reshape(instanceNorm(add(rows, multiply(sum(net.body.bias as Tensor), 0.1))), [5, 6]),
        ),
        y,
      );
    },
    { optimizer: adam(model) },
  );
  expect(findings.map(({ repair }) => repair ?? "").join()).not.toContain("of its own");
});
