/** Losses that fall though nothing is learned: an answer that is the same for all brings them down. */
import {
  Adam,
  add,
  bceWithLogits,
  Dropout,
  divide,
  exp,
  full,
  Linear,
  l1,
  Module,
  mean,
  mse,
  multiply,
  negate,
  type Optimizer,
  ones,
  Parameter,
  ReLU,
  Sequential,
  SiLU,
  softplus,
  sqrt,
  square,
  stack,
  subtract,
  sum,
  type Tensor,
  tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, TwoLayers, twoLayers, usual } from "./support.js";

const adam = (model: Module, learningRate = 0.01): Optimizer =>
  new Adam(model.parameters(), { learningRate });

describe("weights of a loss that are trained with it", () => {
  class Weighed extends Module {
    readonly network = new TwoLayers();
    readonly s = new Parameter(tensor([0, 0]));

    terms({ x, y }: typeof batch): Tensor {
      const given = this.network.forward(x);
      return stack([mse(given, y), l1(given, y)]);
    }
  }
  const model = new Weighed().initialize({ seed: 1 });
  const optimizer = adam(model);

  it.each([
    ["the exponents", (net: Weighed, all: typeof batch) => sum(multiply(exp(negate(net.s)), net.terms(all)))],
    ["the factors", (net: Weighed, all: typeof batch) => sum(multiply(add(net.s, 1), net.terms(all)))],
  ])("are the finding where nothing holds %s", (_, loss) => {
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer }));
    expect(finding).toMatchObject({ fault: "exploding", parameters: ["s"] });
    expect(finding.cause).toContain("it alone brings the loss");
  });

  it("are no finding with the term that makes a small weight dear", () => {
    const loss = (net: Weighed, all: typeof batch): Tensor =>
      sum(add(multiply(exp(negate(net.s)), net.terms(all)), net.s));
    expect(diagnose(model, batch, loss, { optimizer }).findings).toEqual([]);
  });
});

describe("two networks that are to agree", () => {
  class Pair extends Module {
    readonly student = new TwoLayers();
    readonly teacher = new TwoLayers();
  }
  const agree = ({ student, teacher }: Pair, { x }: typeof batch): Tensor =>
    mse(student.forward(x), teacher.forward(x));

  it("collapse where both are trained and nothing else is compared", () => {
    const model = new Pair().initialize({ seed: 1 });
    const finding = onlyFinding(diagnose(model, batch, agree, { optimizer: adam(model) }));
    expect(finding.fault).toBe("collapsedGenerator");
    expect(finding.parameters).toHaveLength(8);
    expect(finding.place?.source).toContain("mse(student.forward(x), teacher.forward(x))");
  });

  it("are no finding where the teacher stands still, or a target holds them", () => {
    const model = new Pair().initialize({ seed: 1 });
    model.teacher.freeze();
    const optimizer = adam(model.student);
    expect(diagnose(model, batch, agree, { optimizer }).findings).toEqual([]);
    const both = new Pair().initialize({ seed: 1 });
    const held = (net: Pair, all: typeof batch): Tensor =>
      add(agree(net, all), add(usual(net.student, all), usual(net.teacher, all)));
    expect(diagnose(both, batch, held, { optimizer: adam(both) }).findings).toEqual([]);
  });
});

describe("a cosine with a target", () => {
  const size = (x: Tensor): Tensor => sqrt(add(1e-6, sum(square(x), { axes: [1], keepDims: true })));
  const ways: [string, (a: Tensor, b: Tensor) => Tensor][] = [
    [
      "behind the product",
      (a, b) => mean(divide(sum(multiply(a, b), { axes: [1], keepDims: true }), multiply(size(a), size(b)))),
    ],
    ["before it", (a, b) => mean(sum(multiply(divide(a, size(a)), divide(b, size(b))), { axes: [1] }))],
  ];

  it.each(ways)("is the finding where it is the loss itself, normalised %s", (_, cosine) => {
    const model = twoLayers();
    const finding = onlyFinding(
      diagnose(model, batch, (net, { x, y }) => cosine(net.forward(x), y), { optimizer: adam(model) }),
    );
    expect(finding.fault).toBe("exploding");
    expect(finding.repair).toBe("Turn it round: subtract(1, cosine), or its negative.");
    const turned = (net: TwoLayers, { x, y }: typeof batch): Tensor => subtract(1, cosine(net.forward(x), y));
    expect(diagnose(model, batch, turned, { optimizer: adam(model) }).findings).toEqual([]);
  });
});

describe("a critic", () => {
  class Game extends Module {
    readonly generator = new Sequential(new Linear(3, 6), new SiLU(), new Linear(6, 2));
    readonly critic = new Sequential(new Linear(2, 6), new SiLU(), new Linear(6, 1));
  }
  type CriticLoss = (real: Tensor, made: Tensor) => Tensor;
  const labels: [string, CriticLoss, CriticLoss][] = [
    [
      "labels",
      (real, made) => add(bceWithLogits(real, ones([5, 1])), bceWithLogits(made, ones([5, 1]))),
      (real, made) => add(bceWithLogits(real, full([5, 1], 0.9)), bceWithLogits(made, full([5, 1], 0.1))),
    ],
    [
      "softplus",
      (real, made) => add(mean(softplus(real)), mean(softplus(made))),
      (real, made) => add(mean(softplus(negate(real))), mean(softplus(made))),
    ],
  ];

  function played(criticLoss: CriticLoss, gives: "critic's" | "generator's"): ReturnType<typeof diagnose> {
    const model = new Game().initialize({ seed: 1 });
    const [first, second] = [adam(model.critic, 1e-3), adam(model.generator, 1e-3)];
    return diagnose(model, batch, ({ critic, generator }, { x, y }) => {
      first.zeroGrad();
      const made = generator.forward(x).detach({ reason: "the critic's turn" });
      const told = criticLoss(critic.forward(y), critic.forward(made));
      told.backward();
      first.step();
      second.zeroGrad();
      const loss = mean(softplus(negate(critic.forward(generator.forward(x)))));
      loss.backward();
      second.step();
      return gives === "critic's" ? told : loss;
    });
  }

  it.each(
    labels.flatMap(([name, ...losses]) => [
      [name, "generator's", ...losses] as const,
      [name, "critic's", ...losses] as const,
    ]),
  )("that gives all one label is the finding: by %s, where the loss is the %s", (_, gives, wrong, right) => {
    const finding = onlyFinding(played(wrong, gives));
    expect(finding.fault).toBe("alwaysZero");
    expect(finding.parameters).toEqual([
      "critic.0.weight",
      "critic.0.bias",
      "critic.2.weight",
      "critic.2.bias",
    ]);
    expect(finding.place?.source).toMatch(/real, made\) => add\(/);
    expect(played(right, gives).findings).toEqual([]);
  });

  it.each(["critic's", "generator's"] as const)(
    "without labels, as Wasserstein's, is none where the loss is the %s",
    (gives) => {
      const distance: CriticLoss = (real, made) => subtract(mean(made), mean(real));
      const held: CriticLoss = (real, made) =>
        add(distance(real, made), multiply(0.1, add(mean(square(real)), mean(square(made)))));
      expect(played(held, gives).findings).toEqual([]);
    },
  );
});

describe("a batch", () => {
  it("of which nothing is left is the finding, and zeros of its shape beside it are none", () => {
    const model = twoLayers();
    const optimizer = adam(model);
    const erased = (net: TwoLayers, { x, y }: typeof batch): Tensor => mse(net.forward(x), multiply(y, 0));
    const finding = onlyFinding(diagnose(model, batch, erased, { optimizer }));
    expect(finding.cause).toContain("All that the loss takes of y goes through this multiply");
    const beside = (net: TwoLayers, { x, y }: typeof batch): Tensor =>
      add(mse(net.forward(x), y), multiply(mse(net.forward(x), multiply(y, 0)), 0.01));
    expect(diagnose(model, batch, beside, { optimizer }).findings).toEqual([]);
  });

  it.each([
    [0.99, 1],
    [0.5, 0],
  ])("under a dropout of %d has %d warnings", (rate, count) => {
    const model = new Sequential(new Linear(3, 64), new ReLU(), new Dropout(rate), new Linear(64, 2));
    model.initialize({ seed: 1 });
    let step = 0;
    const { findings } = diagnose(
      model,
      batch,
      (net, { x, y }) => {
        net.keyRandom({ seed: 1, step: step++ });
        return mse(net.forward(x), y);
      },
      { optimizer: adam(model) },
    );
    expect(findings.map(({ repair }) => repair)).toEqual(
      Array.from({ length: count }, () => "Lower its rate to a half or less, 0.1 where 0.9 is to be kept."),
    );
  });
});
