/** Who holds what in loops of one's own, parts that nothing reads, and sums that cannot move. */
import {
  Adam,
  add,
  bceWithLogits,
  Linear,
  logSoftmax,
  Module,
  mean,
  mse,
  multiply,
  negate,
  noGrad,
  type Optimizer,
  ones,
  RandomStream,
  randomUniform,
  relu,
  SGD,
  split,
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

class Game extends Module {
  readonly generator = new Linear(3, 2);
  readonly critic = new Linear(2, 1);
}

const random = new RandomStream({ seed: 7, purpose: "game" });
const given = { noise: randomUniform([6, 3], random), real: randomUniform([6, 2], random) };

/** Both turns in one run, which gives back the sum of both. */
function gameOf(forGenerator: Optimizer, forCritic: Optimizer) {
  return ({ generator, critic }: Game, { noise, real }: typeof given): Tensor => {
    forCritic.zeroGrad();
    const fake = noGrad(() => generator.forward(noise));
    const ofCritic = add(
      bceWithLogits(critic.forward(real), ones([6, 1])),
      bceWithLogits(critic.forward(fake), multiply(ones([6, 1]), 0)),
    );
    ofCritic.backward();
    forCritic.step();
    forGenerator.zeroGrad();
    const ofGenerator = bceWithLogits(critic.forward(generator.forward(noise)), ones([6, 1]));
    ofGenerator.backward();
    forGenerator.step();
    return add(ofCritic, ofGenerator);
  };
}

describe("a game of two networks inside of the loss", () => {
  it("is well where each optimizer has its part", () => {
    const model = new Game().initialize({ seed: 1 });
    const [one, two] = [model.generator, model.critic].map(
      (part) => new Adam(part.parameters(), { learningRate: 1e-3 }),
    ) as [Adam, Adam];
    expect(diagnose(model, given, gameOf(one, two)).findings).toEqual([]);
  });

  it("is told of an optimizer that holds the opponent, too", () => {
    const model = new Game().initialize({ seed: 1 });
    const one = new Adam(model.parameters(), { learningRate: 1e-3 }); // both
    const two = new Adam(model.critic.parameters(), { learningRate: 1e-3 });
    const finding = onlyFinding(diagnose(model, given, gameOf(one, two)));
    expect(finding).toMatchObject({ fault: "optimizerHoldsOthers", severity: "fault" });
    expect(finding.parameters).toEqual(["critic.weight", "critic.bias"]);
    expect(finding.place?.source).toContain("// both");
  });
});

describe("an optimizer that is made in every run", () => {
  const lossWith =
    (make: (model: TwoLayers) => Optimizer) =>
    (model: TwoLayers, all: typeof batch): Tensor => {
      const optimizer = make(model);
      const value = usual(model, all);
      value.backward();
      optimizer.step();
      optimizer.zeroGrad();
      return value;
    };

  it("forgets what Adam remembers", () => {
    const loss = lossWith((model) => new Adam(model.parameters(), { learningRate: 1e-3 }));
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({ fault: "createdInForward", severity: "warning" });
    expect(finding.place?.source).toContain("new Adam");
  });

  it("is none where there is nothing to remember", () => {
    const loss = lossWith((model) => new SGD(model.parameters(), { learningRate: 0.1 }));
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });
});

describe("a learning rate that the loss sets", () => {
  const later = (optimizer: SGD, rate: number): ((model: TwoLayers, all: typeof batch) => Tensor) => {
    let step = 0;
    return (model, all) => {
      if (step++ === 5) Reflect.set(optimizer, "learningRate", rate); // later
      return usual(model, all);
    };
  };

  it("to 0 once, in some step, is told of from there on", () => {
    const model = twoLayers();
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    const finding = onlyFinding(diagnose(model, batch, later(optimizer, 0), { optimizer }));
    expect(finding).toMatchObject({ fault: "alwaysZero" });
    expect(finding.place?.source).toContain("// later");
    expect(finding.cause).toMatch(/^From step 6 on: the learning rate of the optimizer is set here/);
  });

  it("to a smaller one is none, and it stays as the loss set it", () => {
    const model = twoLayers();
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    expect(diagnose(model, batch, later(optimizer, 0.01), { optimizer }).findings).toEqual([]);
    expect(Object.getOwnPropertyDescriptor(optimizer, "learningRate")).toMatchObject({
      value: 0.01,
      writable: true,
    });
  });
});

describe("a part of a layer that nothing reads", () => {
  class Halves extends Module {
    readonly body = new Linear(3, 6);
    readonly head = new Linear(3, 2);
  }
  const lossOf =
    (usesBoth: boolean) =>
    ({ body, head }: Halves, { x, y }: typeof batch): Tensor => {
      const [scale, shift] = split(body.forward(x), 3, 1) as [Tensor, Tensor]; // halves
      return mse(head.forward(usesBoth ? add(tanh(scale), shift) : tanh(scale)), y);
    };

  it("is told of where it is split off", () => {
    const finding = onlyFinding(diagnose(new Halves().initialize({ seed: 1 }), batch, lossOf(false)));
    expect(finding).toMatchObject({ fault: "notWired", severity: "warning" });
    expect(finding.parameters).toContain("body.weight");
    expect(finding.place?.source).toContain("// halves");
  });

  it("is none where both are used", () => {
    expect(diagnose(new Halves().initialize({ seed: 1 }), batch, lossOf(true)).findings).toEqual([]);
  });
});

describe("a step by hand with a velocity", () => {
  const lossOf = (forgets: boolean): ((model: TwoLayers, all: typeof batch) => Tensor) => {
    const velocities = new Map<Tensor, number[]>();
    return (model, all) => {
      if (forgets) model.zeroGrad();
      const value = usual(model, all);
      value.backward();
      for (const one of model.parameters()) {
        const before = velocities.get(one) ?? Array<number>(one.size).fill(0);
        const velocity = before.map((entry, i) => 0.9 * entry + (one.grad?.data[i] ?? 0));
        velocities.set(one, velocity);
        one.assign(one.data.map((entry, i) => entry - 0.01 * (velocity[i] as number)));
      }
      return value;
    };
  };

  it("is well where gradients are forgotten before each backward", () => {
    expect(diagnose(twoLayers(), batch, lossOf(true)).findings).toEqual([]);
  });

  it("is accused where they never are", () => {
    const finding = onlyFinding(diagnose(twoLayers(), batch, lossOf(false)));
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.cause).toContain("is added to the gradients of all steps before");
  });
});

describe("a hinge and a likelihood the wrong way round", () => {
  it.each<[string, (difference: Tensor) => Tensor]>([
    ["add(difference, -5)", (difference) => add(difference, -5)],
    ["add(-5, difference)", (difference) => add(-5, difference)],
    ["subtract(difference, 5)", (difference) => subtract(difference, 5)],
    ["subtract(difference, a tensor)", (difference) => subtract(difference, tensor([5, 5, 5, 5, 5]))],
    ["difference.subtract(5)", (difference) => difference.subtract(5)],
  ])("asks for a margin above 0 where one below it keeps the hinge shut, %s", (_, shifted) => {
    const loss = (model: TwoLayers, { x }: typeof batch): Tensor => {
      const difference = sum(tanh(model.forward(x)), { axes: 1 });
      return mean(relu(shifted(difference)));
    };
    expect(onlyFinding(diagnose(twoLayers(), batch, loss)).repair).toContain("Take a margin above 0");
  });

  it("asks for none where the margin is above 0 and the difference turned round", () => {
    const loss = (model: TwoLayers, { x }: typeof batch): Tensor =>
      mean(relu(subtract(1, add(square(sum(model.forward(x), { axes: 1 })), 2))));
    expect(onlyFinding(diagnose(twoLayers(), batch, loss)).repair).not.toContain("margin");
  });

  const shares = (model: TwoLayers, { x }: typeof batch): Tensor =>
    sum(
      multiply(
        logSoftmax(model.forward(x)),
        tensor([
          [1, 0],
          [0, 1],
          [1, 0],
          [0, 1],
          [1, 0],
        ]),
      ),
      { axes: 1 },
    );

  it("tells that the log of the right shares falls without end, and not of its opposite", () => {
    const optimizer = (model: TwoLayers): Adam => new Adam(model.parameters(), { learningRate: 0.01 });
    const [wrong, right] = [twoLayers(), twoLayers()];
    const lowered = diagnose(wrong, batch, (model, all) => mean(shares(model, all)), {
      optimizer: optimizer(wrong),
    });
    expect(onlyFinding(lowered).cause).toContain("it has no lowest value");
    const raised = diagnose(right, batch, (model, all) => negate(mean(shares(model, all))), {
      optimizer: optimizer(right),
    });
    expect(raised.findings).toEqual([]);
  });

  it("leaves actions that are better and worse in peace", () => {
    const advantage = tensor([1, -1, 0.5, -0.5, 2]);
    const model = twoLayers();
    const loss = (net: TwoLayers, all: typeof batch): Tensor =>
      negate(mean(multiply(shares(net, all), advantage)));
    expect(diagnose(model, batch, loss).findings).toEqual([]);
  });
});
