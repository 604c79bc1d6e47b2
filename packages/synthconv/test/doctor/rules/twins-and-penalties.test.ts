/** Sides that come of one tensor, penalties that leave the loss no say, inputs divided twice, numbers of an inner step. */
import {
  Adam,
  BatchNorm,
  bceWithLogits,
  Conv2d,
  globalAveragePool,
  grad,
  Linear,
  linear,
  Module,
  mse,
  noGrad,
  type Parameter,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  Sequential,
  SGD,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { batch, onlyFinding, type TwoLayers, twoLayers } from "./support.js";

const random = new RandomStream({ seed: 5, purpose: "sides" });
const drawn = (shape: number[]): Tensor => randomUniform(shape, random);
const triplets = { anchor: drawn([8, 3]), positive: drawn([8, 3]), negative: drawn([8, 3]) };

function ofTriplets(loss: (net: TwoLayers, all: typeof triplets) => Tensor): Diagnosis {
  const model = twoLayers();
  const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
  return diagnose(model, triplets, loss, { optimizer });
}

const apart = (a: Tensor, b: Tensor): Tensor => sum(a.subtract(b).square(), { axes: 1 });

describe("a difference of two results of one tensor", () => {
  it("names the second of them, and the tensor that nothing takes", () => {
    const finding = onlyFinding(
      ofTriplets((net, { anchor, positive }) => {
        const a = net.forward(anchor);
        const p = net.forward(positive);
        const n = net.forward(positive); // of the negative
        return relu(apart(a, p).subtract(apart(a, n)).add(0.5)).mean();
      }),
    );
    expect(finding.place?.source).toContain("// of the negative");
    expect(finding.cause).toMatch(/comes of positive.*Nothing takes negative of the batch/);
    expect(finding.repair).toBe("Compute this one from negative in the place of positive.");
  });

  it("is none where the negative is another", () => {
    const { findings } = ofTriplets((net, { anchor, positive, negative }) => {
      const [a, p, n] = [anchor, positive, negative].map((one) => net.forward(one)) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      return relu(apart(a, p).subtract(apart(a, n)).add(0.5)).mean();
    });
    expect(findings).toEqual([]);
  });
});

describe("a penalty on the weights alone", () => {
  const penalized = (factor: number): Diagnosis => {
    const model = twoLayers();
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    return diagnose(
      model,
      batch,
      (net, { x, y }) => {
        const penalty = sum(net.body.weight.square()).add(sum(net.head.weight.square()));
        return mse(net.forward(x), y).add(penalty.multiply(factor)); // both
      },
      { optimizer },
    );
  };

  it("is told of where it leaves the rest of the loss no say, whatever the biases do", () => {
    const finding = onlyFinding(penalized(10));
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.place?.source).toContain("// both");
  });

  it.each([1e-4, 1e-2])("is none of %s", (factor) => {
    expect(penalized(factor).findings).toEqual([]);
  });
});

class Pictures extends Module {
  readonly first = new Conv2d(3, 6, 3, { padding: 1 });
  readonly second = new Conv2d(6, 1, 3, { padding: 1 });

  forward(images: Tensor): Tensor {
    const given = this.second.forward(tanh(this.first.forward(images)));
    return reshape(globalAveragePool(given), [-1, 1]);
  }
}

describe("pictures that are divided by 255", () => {
  const divided = (images: Tensor): Diagnosis => {
    const model = new Pictures().initialize({ seed: 2 });
    const optimizer = new SGD(model.parameters(), { learningRate: 0.1 });
    const labels = tensor([[0], [1], [0], [1], [1], [0]], { dtype: "float32" });
    return diagnose(
      model,
      { images },
      (net, all) => bceWithLogits(net.forward(all.images.divide(255)), labels),
      {
        optimizer,
      },
    );
  };
  const bytes = drawn([6, 3, 6, 6]).multiply(255);

  it("are told of where they were divided before", () => {
    const finding = onlyFinding(divided(bytes.divide(255)));
    expect(finding).toMatchObject({ fault: "collapsedGenerator", severity: "fault" });
    expect(finding.place?.source).toContain("divide(255)");
  });

  it("are as they should be where they are bytes", () => {
    expect(divided(bytes).findings).toEqual([]);
  });
});

class Meta extends Module {
  readonly features = new Linear(3, 6);
  readonly head = new Linear(6, 2);
}

describe("an inner step whose weights are made of numbers", () => {
  it("is told of where the numbers are made a tensor, for the parameters that get no gradient", () => {
    const model = new Meta().initialize({ seed: 3 });
    const optimizer = new Adam(model.parameters(), { learningRate: 0.01 });
    const { findings, parameters } = diagnose(
      model,
      batch,
      (net, { x, y }) => {
        const { weight, bias } = net.head as { weight: Parameter; bias: Parameter };
        const inner = mse(net.head.forward(net.features.forward(x)), y);
        const [gw, gb] = grad(inner, [weight, bias]) as [Tensor, Tensor];
        const w = tensor(
          weight.data.map((value, i) => value - 0.1 * (gw.data[i] as number)),
          { shape: [2, 6] },
        );
        const b = tensor(
          bias.data.map((value, i) => value - 0.1 * (gb.data[i] as number)),
          { shape: [2] },
        );
        return mse(linear(net.features.forward(x), w, b), y);
      },
      { optimizer },
    );
    const faults = findings.filter(({ severity }) => severity === "fault");
    expect(faults.every(({ fault }) => fault === "plainNumbers")).toBe(true);
    expect(faults[0]?.place?.source).toContain("const w = tensor(");
    expect(faults.flatMap((one) => one.parameters)).toEqual(["head.weight", "head.bias"]);
    const statuses = new Map(parameters.map(({ name, status }) => [name, status]));
    expect([statuses.get("head.weight"), statuses.get("features.weight")]).toEqual(["cut", "learns"]);
  });
});

class Follower extends Module {
  readonly online = new Sequential(new Linear(3, 8), new BatchNorm(8), new Linear(8, 2));
  readonly target = new Sequential(new Linear(3, 8), new BatchNorm(8), new Linear(8, 2));
}

describe("a bias before a normalisation", () => {
  it("is a warning at the normalisation, also where a copy of it follows", () => {
    const model = new Follower().initialize({ seed: 3 });
    model.target.freeze({ reason: "follows" });
    const optimizer = new Adam(model.online.parameters(), { learningRate: 0.01 });
    const diagnosis = diagnose(
      model,
      triplets,
      ({ online, target }, { anchor, positive }) => {
        const from = online.parameters();
        target.parameters().forEach((one, at) => {
          one.assign(one.data.map((value, i) => 0.99 * value + 0.01 * ((from[at]?.data[i] ?? 0) as number)));
        });
        const goal = noGrad(() => target.forward(anchor));
        return mse(online.forward(positive), goal); // both networks
      },
      { optimizer },
    );
    const finding = onlyFinding(diagnosis);
    expect(finding).toMatchObject({ severity: "warning", parameters: ["online.0.bias"] });
    expect(finding.cause).toContain("batchNorm");
    expect(finding.place?.source).toContain("// both networks");
    expect(diagnosis.state).toBe("warned");
  });
});
