/** Loops of the loss's own, with an optimizer that is exported as well: what they train by is judged, not what they return. */
import {
  Adam,
  add,
  bceWithLogits,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  noGrad,
  type Optimizer,
  ones,
  subtract,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers } from "./support.js";

type Hidden = (layer: Linear, x: Tensor) => Tensor;
const RETURNED: Record<string, (loss: Tensor) => Tensor> = {
  "as it was computed": (loss) => loss,
  detached: (loss) => loss.detach(),
  "as a number": (loss) => tensor(loss.item()),
};

function diagnosisOf(hidden: Hidden, returned: (loss: Tensor) => Tensor, isExported = true): Diagnosis {
  const model = twoLayers();
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  const loss = ({ body, head }: TwoLayers, { x, y }: typeof batch): Tensor => {
    optimizer.zeroGrad();
    const value = mse(head.forward(hidden(body, x)), y);
    value.backward();
    optimizer.step();
    return returned(value);
  };
  return diagnose(model, batch, loss, isExported ? { optimizer } : {});
}

describe("a loop inside of the loss, which returns it", () => {
  describe.each(Object.entries(RETURNED))("%s", (_, returned) => {
    it("is well", () => {
      expect(diagnosisOf((body, x) => tanh(body.forward(x)), returned).findings).toEqual([]);
    });

    it.each([true, false])("names a detach at its line, exported: %s", (isExported) => {
      const finding = onlyFinding(
        diagnosisOf((body, x) => tanh(body.forward(x)).detach(), returned, isExported),
      );
      expect(finding).toMatchObject({ fault: "detached", parameters: ["body.weight", "body.bias"] });
      expect(finding.place?.source).toContain(".detach()");
    });

    it("names what runs inside of noGrad", () => {
      const finding = onlyFinding(diagnosisOf((body, x) => noGrad(() => tanh(body.forward(x))), returned));
      expect(finding).toMatchObject({
        fault: "computedWithoutTape",
        parameters: ["body.weight", "body.bias"],
      });
    });

    it("names a factor of 0", () => {
      const finding = onlyFinding(diagnosisOf((body, x) => multiply(body.forward(x), 0), returned));
      expect(finding.fault).toBe("alwaysZero");
      expect(finding.cause).toContain("One factor of the multiply here, a number, is 0 everywhere");
    });
  });
});

class Game extends Module {
  readonly maker = new Linear(3, 2);
  readonly critic = new Linear(2, 1);
}

const adam = (part: Module): Adam => new Adam(part.parameters(), { learningRate: 0.01 });

describe("two optimizers inside", () => {
  const game = (model: Game, made: Optimizer, critic: Optimizer): Diagnosis => {
    const loss = (net: Game, { x, y }: typeof batch): Tensor => {
      const fake = net.maker.forward(x);
      const held = net.critic.forward(fake.detach({ reason: "the critic's turn" }));
      critic.zeroGrad();
      const real = bceWithLogits(net.critic.forward(y), ones([5, 1]));
      add(real, bceWithLogits(held, zeros([5, 1]))).backward();
      critic.step();
      made.zeroGrad();
      const value = bceWithLogits(net.critic.forward(net.maker.forward(x)), ones([5, 1]));
      value.backward();
      made.step();
      return value;
    };
    return diagnose(model, batch, loss, { optimizer: [critic, made] });
  };

  it("that hold a part each are well", () => {
    const model = new Game().initialize({ seed: 4 });
    expect(game(model, adam(model.maker), adam(model.critic)).findings).toEqual([]);
  });

  it("that hold the same part leave out the other, which is named", () => {
    const model = new Game().initialize({ seed: 4 });
    const critic = adam(model.critic);
    const mistaken = adam(model.critic);
    const finding = onlyFinding(game(model, mistaken, critic));
    expect(finding).toMatchObject({
      fault: "optimizerHoldsOthers",
      parameters: ["maker.weight", "maker.bias"],
      cause:
        "The optimizer that is made here holds the same parameters as another one, and these are in none, though they are not frozen.",
    });
  });

  it("with several turns of the critic to one of the maker, shown plain numbers, are well", () => {
    const model = new Game().initialize({ seed: 4 });
    const [made, critic] = [adam(model.maker), adam(model.critic)];
    let turn = 0;
    const loss = (net: Game, { x, y }: typeof batch): Tensor => {
      const fake = net.maker.forward(x);
      const still = tensor(fake.data.slice(), { shape: fake.shape });
      const value = subtract(mean(net.critic.forward(still)), mean(net.critic.forward(y)));
      critic.zeroGrad();
      value.backward();
      critic.step();
      if (++turn % 3 === 0) {
        made.zeroGrad();
        multiply(mean(net.critic.forward(net.maker.forward(x))), -1).backward();
        made.step();
      }
      return value;
    };
    const { findings } = diagnose(model, batch, loss, { optimizer: [made, critic] });
    expect(findings.filter(({ fault }) => fault === "plainNumbers")).toEqual([]);
  });
});
