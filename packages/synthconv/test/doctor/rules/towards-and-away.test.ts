/** Losses that push away from what is known, copies that run away, and likelihoods whose deviation falls below 0. */
import {
  Adam,
  add,
  bceWithLogits,
  divide,
  exp,
  Linear,
  log,
  Module,
  mean,
  mse,
  multiply,
  negate,
  RandomStream,
  randomUniform,
  SGD,
  sigmoid,
  softmax,
  softplus,
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

type Given = typeof batch;
const label = tensor([0, 1, 1, 0, 1].map((one) => [one, 1 - one]));

describe("a bounded loss that falls as the network leaves the target", () => {
  const errorOf = (model: TwoLayers, { x, y }: Given): Tensor => subtract(model.forward(x), y);
  const likelihood = (model: TwoLayers, { x }: Given): Tensor =>
    mean(sum(multiply(softmax(model.forward(x)), label), { axes: 1 }));
  const losses = {
    density: (model: TwoLayers, given: Given) => mean(exp(negate(square(errorOf(model, given))))),
    similarity: (model: TwoLayers, { x, y }: Given) => exp(negate(mse(model.forward(x), y))),
    likelihood,
  };
  const run = (loss: (model: TwoLayers, given: Given) => Tensor) => {
    const model = twoLayers();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    return diagnose(model, { ...batch, label }, loss, { optimizer });
  };

  it.each(Object.entries(losses))("is accused: %s", (_, loss) => {
    const finding = onlyFinding(run(loss));
    expect(finding).toMatchObject({
      fault: "exploding",
      parameters: [...twoLayers().namedParameters().keys()],
    });
    expect(finding.cause).toContain("falls the further they are apart");
  });

  it.each(Object.entries(losses))("is well with its sign turned: %s", (_, loss) => {
    expect(run((model, given) => subtract(1, loss(model, given))).findings).toEqual([]);
  });

  it("is none where something else draws near, where places are kept away from, and where classes have costs", () => {
    const avoids = (model: TwoLayers, given: Given): Tensor =>
      mean(exp(negate(square(errorOf(model, given)))));
    const costs = tensor([0, 1, 1, 0, 1].map((one) => [one, 1]));
    const healthy = [
      (model: TwoLayers, given: Given) => add(usual(model, given), multiply(0.1, avoids(model, given))),
      (model: TwoLayers, { x, y }: Given) => {
        const place = tanh(model.forward(x));
        return add(mean(exp(negate(square(subtract(place, y))))), mean(square(place)));
      },
      (model: TwoLayers, { x }: Given) => mean(sum(multiply(softmax(model.forward(x)), costs), { axes: 1 })),
      (model: TwoLayers, { x }: Given) => {
        const logits = model.forward(x);
        return add(bceWithLogits(logits, label), mean(multiply(sigmoid(logits), costs)));
      },
    ];
    for (const loss of healthy) expect(diagnose(twoLayers(), { ...batch, costs }, loss).findings).toEqual([]);
  });
});

describe("a slow copy that the loss writes", () => {
  class Pair extends Module {
    readonly fast = new Linear(3, 2);
    readonly slow = new Linear(3, 2);
  }
  const run = (sign: number) => {
    const model = new Pair().initialize({ seed: 1 });
    model.slow.freeze();
    const optimizer = new Adam(model.fast.parameters(), { learningRate: 0.01 });
    return diagnose(
      model,
      batch,
      ({ fast, slow }, { x, y }) => {
        for (const [at, copy] of slow.parameters().entries()) {
          const own = fast.parameters()[at]?.data ?? [];
          copy.assign(copy.data.map((one, i) => one + sign * 0.3 * ((own[i] as number) - one))); // copy
        }
        const given = fast.forward(x);
        return add(mse(given, y), multiply(0.1, mse(given, slow.forward(x))));
      },
      { optimizer },
    );
  };

  it("is named at the line that writes it where it runs away", () => {
    const finding = onlyFinding(run(-1));
    expect(finding).toMatchObject({ fault: "exploding", parameters: ["slow.weight", "slow.bias"] });
    expect(finding.place?.source).toContain("// copy");
  });

  it("is well where it follows", () => {
    expect(run(1).findings).toEqual([]);
  });
});

class Gaussian extends Module {
  readonly middle = new Linear(3, 1);
  readonly deviation = new Linear(3, 1);
}

describe("the deviation of a likelihood that a layer gives", () => {
  const random = new RandomStream({ seed: 3, purpose: "deviation" });
  const x = randomUniform([6, 3], random);
  const given = { x, y: sum(x, { axes: 1, keepDims: true }) };
  const run = (deviationOf: (raw: Tensor) => Tensor, learningRate: number) => {
    const model = new Gaussian().initialize({ seed: 3 });
    model.middle.weight.data.fill(1);
    model.middle.bias?.data.fill(0.01);
    model.deviation.weight.data.fill(0.1);
    model.deviation.bias?.data.fill(0.6);
    const loss = (net: Gaussian, data: typeof given): Tensor => {
      const deviation = deviationOf(net.deviation.forward(data.x));
      const error = divide(subtract(data.y, net.middle.forward(data.x)), deviation);
      return mean(add(log(deviation), square(error))); // log
    };
    return diagnose(model, given, loss, { optimizer: new SGD(model.parameters(), { learningRate }) });
  };

  it.each([
    ["in these steps", 0.02, "though all its inputs are finite"],
    ["later", 0.008, "steps later it is below 0"],
  ])("is told of where it falls below 0 %s, and not that the loss falls without end", (_, rate, cause) => {
    const finding = onlyFinding(run((raw) => raw, rate));
    expect(finding).toMatchObject({ fault: "nonFinite" });
    expect(finding.place?.source).toContain("// log");
    expect(finding.cause).toContain(cause);
    expect(finding.repair).toContain("add(softplus(x), 1e-6)");
  });

  it("is well where it is kept above 0", () => {
    expect(run((raw) => add(softplus(raw), 0.1), 0.02).findings).toEqual([]);
  });
});
