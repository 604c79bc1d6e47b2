/** One critic for both labels, and logarithms of what is no share. */
import {
  Adam,
  add,
  bceWithLogits,
  clamp,
  Linear,
  log,
  Module,
  mean,
  mse,
  multiply,
  negate,
  noGrad,
  ones,
  relu,
  SGD,
  sigmoid,
  subtract,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers } from "./support.js";

class Game extends Module {
  readonly maker = new Linear(3, 2);
  readonly critic = new Linear(2, 1);
}

const made = ({ maker }: Game, { x }: typeof batch): Tensor => maker.forward(x);

describe("made samples that one loss scores as real and as made", () => {
  const SUMS: Record<string, (net: Game, given: typeof batch) => Tensor> = {
    "by bceWithLogits": (net, given) => {
      const score = net.critic.forward(made(net, given));
      const real = bceWithLogits(net.critic.forward(given.y), ones([5, 1]));
      return add(add(real, bceWithLogits(score, zeros([5, 1]))), bceWithLogits(score, ones([5, 1])));
    },
    "by logarithms": (net, given) => {
      const [real, fake] = [given.y, made(net, given)].map((x) => sigmoid(net.critic.forward(x))) as [
        Tensor,
        Tensor,
      ];
      const critic = add(mean(log(real)), mean(log(subtract(1, fake))));
      return negate(add(critic, mean(log(fake))));
    },
  };

  it.each(Object.entries(SUMS))("are named: %s", (_, loss) => {
    const model = new Game().initialize({ seed: 4 });
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer }));
    expect(finding).toMatchObject({ fault: "alwaysZero", severity: "fault" });
    expect(finding.parameters).toEqual(["maker.weight", "maker.bias", "critic.weight", "critic.bias"]);
    expect(finding.cause).toContain("what one term asks for the other takes back");
    expect(finding.repair).toContain("Propagate the two losses one after the other");
  });
});

describe("a clamp before a logarithm", () => {
  const ofShares = (shares: (x: Tensor) => Tensor): Diagnosis => {
    const model = twoLayers();
    model.head.bias?.assign(new Float32Array([-3, -3]));
    const loss = (net: TwoLayers, { x, y }: typeof batch): Tensor => {
      const p = clamp(shares(net.forward(x)), 1e-7, 1 - 1e-7);
      const entropy = add(multiply(y, log(p)), multiply(subtract(1, y), log(subtract(1, p))));
      return negate(mean(entropy));
    };
    const optimizer = new Adam(model.parameters(), { learningRate: 0.05 });
    return diagnose(model, batch, loss, { optimizer });
  };

  it("that gets logits is told to get shares, and learns by them", () => {
    const { repair } = onlyFinding(ofShares((x) => x));
    expect(repair).toContain("let sigmoid give them before the clamp");
    const { findings, losses } = ofShares(sigmoid);
    expect(findings).toEqual([]);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  });
});

describe("features that are kept from step three on", () => {
  it("are told to be kept, though they were computed inside of noGrad", () => {
    const model = twoLayers();
    let [step, kept]: [number, Tensor | undefined] = [0, undefined];
    const loss = ({ body, head }: TwoLayers, { x, y }: typeof batch): Tensor => {
      if (++step <= 2) return mse(head.forward(relu(body.forward(x))), y);
      kept ??= noGrad(() => relu(body.forward(x)));
      return mse(head.forward(kept), y);
    };
    const optimizer = new Adam(model.parameters(), { learningRate: 5e-3 });
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer }));
    expect(finding).toMatchObject({ fault: "staleGraph", parameters: ["body.weight", "body.bias"] });
  });
});

describe("parts of a batch that are propagated one by one", () => {
  it("are to be divided by their number where their sum explodes", () => {
    const model = twoLayers();
    const optimizer = new SGD(model.parameters(), { learningRate: 1.5 });
    const loss = ({ body, head }: TwoLayers, { x, y }: typeof batch): Tensor => {
      optimizer.zeroGrad();
      let sum = 0;
      for (let row = 0; row < 5; row++) {
        const part = (t: Tensor): Tensor => t.slice([[row, row + 1]]);
        const value = mse(head.forward(tanh(body.forward(part(x)))), part(y));
        value.backward();
        sum += value.item();
      }
      optimizer.step();
      return tensor(sum / 5);
    };
    const finding = onlyFinding(diagnose(model, batch, loss));
    expect(finding.fault).toBe("exploding");
    expect(finding.repair).toMatch(/^Divide the loss of each of the 5 parts by 5 before its backward\(\)/);
  });
});
