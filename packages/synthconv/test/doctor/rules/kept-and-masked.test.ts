/** What is kept, masked, detached for one term and multiplied away: a fault with one finding, or none. */
import {
  Adam,
  add,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  Parameter,
  RandomStream,
  randomUniform,
  relu,
  scaledDotProductAttention,
  slice,
  softmax,
  square,
  subtract,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers, usual } from "./support.js";

type Given = typeof batch;

describe("features that are computed once and kept without their tape", () => {
  it("are named where they are computed, though the step in which they were is cut", () => {
    const kept = new Map<string, Tensor>();
    const loss = ({ body, head }: TwoLayers, { x, y }: Given): Tensor => {
      const features = kept.get("x") ?? tanh(body.forward(x)).detach(); // features
      kept.set("x", features);
      return mse(head.forward(features), y);
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({ fault: "staleGraph", parameters: ["body.weight", "body.bias"] });
    expect(finding.place?.source).toContain("// features");
  });
});

describe("a mask that is added to scores", () => {
  const run = (kept: number) => {
    const mask = tensor(Array.from({ length: 5 }, () => [kept, 0, 0, 0, 0, 0]));
    const loss = ({ body, head }: TwoLayers, { x, y }: Given): Tensor => {
      const scores = add(body.forward(x), multiply(subtract(1, mask), -1e9)); // masked
      return mse(head.forward(softmax(scores)), y);
    };
    return diagnose(twoLayers(), { ...batch, mask }, loss).findings;
  };

  it("is named where it keeps none of them", () => {
    const [finding] = run(0);
    expect(finding).toMatchObject({ fault: "alwaysZero", parameters: ["body.weight", "body.bias"] });
    expect(finding?.place?.source).toContain("// masked");
    expect(finding?.cause).toContain("masks all entries ([5,6])");
  });

  it("is not where it keeps some", () => {
    expect(run(1).map(({ cause }) => cause)).not.toContainEqual(expect.stringContaining("masks all"));
  });
});

class ActorCritic extends Module {
  readonly actor = new Linear(3, 2);
  readonly critic = new Linear(3, 2);
}

describe("an advantage that is detached with a reason", () => {
  const run = (errorOf: (advantage: Tensor, value: Tensor, y: Tensor) => Tensor) => {
    const model = new ActorCritic().initialize({ seed: 1 });
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    return diagnose(
      model,
      batch,
      ({ actor, critic }, { x, y }) => {
        const value = critic.forward(x);
        const advantage = subtract(y, value).detach({ reason: "the actor leaves the critic alone" }); // advantage
        const gain = mean(multiply(tanh(actor.forward(x)), advantage));
        return subtract(errorOf(advantage, value, y), gain);
      },
      { optimizer },
    );
  };

  it("is a fault where the critic's own error is computed from it", () => {
    const finding = onlyFinding(run((advantage) => mean(square(advantage))));
    expect(finding).toMatchObject({ fault: "detached", parameters: ["critic.weight", "critic.bias"] });
    expect(finding.place?.source).toContain("// advantage");
  });

  it("is none where the error has a gradient of its own", () => {
    expect(run((_, value, y) => mse(value, y)).findings).toEqual([]);
  });
});

describe("weights that each run of the loss multiplies", () => {
  const run = (factorOf: (weight: Parameter) => number) =>
    diagnose(twoLayers(), batch, (model: TwoLayers, given) => {
      for (const one of [model.body.weight, model.head.weight]) {
        const factor = factorOf(one);
        one.data.forEach((value, i) => {
          one.data[i] = factor * value; // scaled
        });
      }
      return usual(model, given);
    }).findings;

  it.each([0.5, 1.3])("are named at the line, by %d", (factor) => {
    const [finding] = run(() => factor);
    expect(finding).toMatchObject({ fault: "exploding", parameters: ["body.weight", "head.weight"] });
    expect(finding?.cause).toContain(`multiplies these parameters by ${factor}`);
    expect(finding?.place?.source).toMatch(/scaled|one\.data/);
  });

  it("are well where they are brought to a size that they have nearly, or decay slowly", () => {
    expect(run(({ data }) => 2 / Math.hypot(...data))).toEqual([]);
    expect(run(() => 0.999)).toEqual([]);
  });
});

describe("a factor of 0", () => {
  it("that the run itself writes is the one finding, with the number that it writes", () => {
    const loss = (model: TwoLayers, given: Given): Tensor => {
      model.head.weight.data.fill(0); // zeros
      return usual(model, given);
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({ fault: "assignedIntoParameter", parameters: ["head.weight"] });
    expect(finding.cause).toContain("Every number that is written here is 0");
  });

  it("that is frozen is to be trained", () => {
    class Gated extends Module {
      readonly block = new Linear(3, 3);
      readonly gate = new Parameter(tensor([0]));
      readonly head = new Linear(3, 2);
    }
    const model = new Gated().initialize({ seed: 1 });
    model.gate.data.fill(0);
    model.gate.trainable = false;
    const loss = ({ block, gate, head }: Gated, { x, y }: Given): Tensor =>
      mse(head.forward(add(x, multiply(gate, relu(block.forward(x))))), y);
    const finding = onlyFinding(diagnose(model, batch, loss));
    expect(finding).toMatchObject({ fault: "alwaysZero", parameters: ["block.weight", "block.bias"] });
    expect(finding.repair).toContain("It is frozen and stays 0");
  });
});

describe("what is added and taken away again", () => {
  it("is named where it is taken away", () => {
    const loss = ({ body, head }: TwoLayers, { x, y }: Given): Tensor => {
      const h = tanh(body.forward(x));
      const rest = subtract(add(h, 1), h); // rest
      return mse(head.forward(rest), y);
    };
    const finding = onlyFinding(diagnose(twoLayers(), batch, loss));
    expect(finding).toMatchObject({ fault: "alwaysZero", parameters: ["body.weight", "body.bias"] });
    expect(finding.place?.source).toContain("// rest");
    expect(finding.repair).toContain("Leave one of the ways out");
  });
});

describe("the first position of a causal mask", () => {
  class Attending extends Module {
    readonly query = new Linear(3, 6);
    readonly value = new Linear(3, 6);
    readonly head = new Linear(6, 2);
    readonly at: number;

    constructor(at: number) {
      super();
      this.at = at;
    }

    forward(x: Tensor): Tensor {
      const query = this.query.forward(x);
      const mixed = scaledDotProductAttention(query, query, this.value.forward(x), { causal: true }); // attends
      return this.head.forward(slice(mixed, [undefined, [this.at, this.at + 1]]));
    }
  }
  const random = new RandomStream({ seed: 7, purpose: "causal" });
  const given = { x: randomUniform([6, 5, 3], random), y: randomUniform([6, 1, 2], random) };
  const lossOf = (model: Attending, { x, y }: typeof given): Tensor => mse(model.forward(x), y);

  it("sees itself alone: that is said, and the last one learns", () => {
    const finding = onlyFinding(diagnose(new Attending(0).initialize({ seed: 7 }), given, lossOf));
    expect(finding).toMatchObject({ fault: "alwaysZero", parameters: ["query.weight", "query.bias"] });
    expect(finding.place?.source).toContain("// attends");
    expect(finding.cause).toContain("In all 6 of 30 rows that the loss reads");
    expect(finding.repair).toContain("of a causal mask the last one");
    expect(diagnose(new Attending(4).initialize({ seed: 7 }), given, lossOf).findings).toEqual([]);
  });
});
