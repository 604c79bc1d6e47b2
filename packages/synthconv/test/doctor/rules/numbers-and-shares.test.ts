/** Numbers beside a gradient, shares over the batch, and penalties that leave nothing to the rest of a loss. */
import {
  Adam,
  add,
  l1,
  log,
  logSoftmax,
  mean,
  mse,
  multiply,
  negate,
  RandomStream,
  softmax,
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

describe("a number that is read beside a gradient", () => {
  it("is told of at the line that reads it, not at the one that uses it", () => {
    const loss = ({ body, head }: TwoLayers, { x, y }: Given): Tensor => {
      const norm = Math.sqrt(sum(square(body.weight)).item()); // read
      const h = multiply(body.forward(x), 1 / norm);
      return mse(head.forward(tanh(h)), y);
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({
      fault: "plainNumbers",
      severity: "warning",
      parameters: ["body.weight"],
    });
    expect(finding.place?.source).toContain("// read");
  });

  it("is none where it balances the terms of a loss", () => {
    const loss = (model: TwoLayers, { x, y }: Given): Tensor => {
      const given = model.forward(x);
      const [one, other] = [mse(given, y), l1(given, y)];
      return add(one, multiply(other, one.item() / other.item()));
    };
    expect(diagnose(twoLayers(), batch, loss).findings).toEqual([]);
  });
});

describe("rewards of actions that are drawn", () => {
  type Score = (logs: Tensor, logits: Tensor, actions: readonly number[]) => Tensor;
  const oneHot = (actions: readonly number[]): Tensor => tensor(actions.map((a) => [1 - a, a]));
  const scores: [string, Score][] = [
    ["logSoftmax", (logs, _, actions) => sum(multiply(logs, oneHot(actions)), { axes: [1] })],
    ["log", (_, logits, actions) => sum(multiply(oneHot(actions), log(softmax(logits, 1))), { axes: [1] })],
  ];
  // So many that a small change of the policy changes some; the same draws in every run, so that it can be seen.
  const SAMPLES = 400;
  const random = new RandomStream({ seed: 5, purpose: "draws" });
  const states = { x: tensor(Array.from({ length: SAMPLES }, () => [0, 1, 2].map(() => random.normal()))) };
  const draws = Array.from({ length: SAMPLES }, () => random.uniform());
  const run = (score: Score) => {
    const loss = (net: TwoLayers, { x }: typeof states): Tensor => {
      const logits = net.forward(x);
      const logs = logSoftmax(logits, 1);
      const actions = (logs.toArray() as number[][]).map(([first = 0], i) =>
        Math.exp(first) > (draws[i] ?? 0) ? 0 : 1,
      );
      const rewards = tensor(actions.map((a, i) => (a === i % 2 ? 1 : 0.25)));
      return negate(mean(multiply(score(logs, logits, actions), rewards)));
    };
    const model = twoLayers();
    return diagnose(model, states, loss, { optimizer: new Adam(model.parameters(), { learningRate: 1e-3 }) });
  };

  it.each(scores)("are no numbers that went astray where %s scores the draws (REINFORCE)", (_, score) => {
    expect(run(score).findings).toEqual([]);
  });

  it("are told of where what is weighed is no logarithm of a probability", () => {
    const plain: Score = (_, logits, actions) =>
      negate(square(sum(multiply(subtract(logits, 1), oneHot(actions)), { axes: [1] })));
    const [finding] = run(plain).findings;
    expect(finding).toMatchObject({ fault: "plainNumbers", severity: "warning" });
  });
});

describe("the logs of shares", () => {
  const run = (axis: number) => {
    const loss = (model: TwoLayers, { x, y }: Given): Tensor => {
      const logs = logSoftmax(model.forward(x), axis); // shares
      return negate(mean(sum(multiply(logs, y), { axes: 1 })));
    };
    return diagnose(twoLayers(), batch, loss).findings;
  };

  it("are told of where they go over the batch", () => {
    const [finding] = run(0);
    expect(finding).toMatchObject({ fault: "conditionMixed" });
    expect(finding?.place?.source).toContain("// shares");
    expect(finding?.repair).toContain("the last axis, logSoftmax(x)");
  });

  it("are well over the classes", () => {
    expect(run(1)).toEqual([]);
  });
});

describe("a penalty on the weights", () => {
  const run = (factor: number) => {
    const model = twoLayers();
    const loss = (net: TwoLayers, given: Given): Tensor => {
      let penalty = sum(square(net.body.weight));
      for (const one of net.parameters()) penalty = add(penalty, sum(square(one)));
      return add(usual(net, given), multiply(penalty, factor)); // penalty
    };
    return diagnose(model, batch, loss, {
      optimizer: new Adam(model.parameters(), { learningRate: 0.01 }),
    }).findings;
  };

  it("is told of where it is nearly all of the loss, though some weights are penalized more than others", () => {
    const [finding] = run(100);
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding?.place?.source).toContain("// penalty");
  });

  it("is none where it is a part of it", () => {
    expect(run(0.001)).toEqual([]);
  });
});
