/** The wrong one of two sides: held, rewarded, moved, squashed; and the right ones beside them. */
import {
  Adam,
  add,
  bceWithLogits,
  Conv2d,
  clamp,
  exp,
  flip,
  greater,
  huber,
  LeakyReLU,
  Linear,
  logSoftmax,
  Module,
  matmul,
  max,
  mean,
  minimum,
  mse,
  multiply,
  noGrad,
  type Optimizer,
  RandomStream,
  randomUniform,
  relu,
  reshape,
  Sequential,
  sigmoid,
  slice,
  softmax,
  split,
  stack,
  sum,
  type Tensor,
  tanh,
  tensor,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

const random = new RandomStream({ seed: 9, purpose: "sides" });
const drawn = (shape: number[]): Tensor => randomUniform(shape, random).subtract(0.5).multiply(2);
const COUNT = 16;

class Net extends Module {
  readonly body = new Sequential(new Linear(4, 16), new LeakyReLU(), new Linear(16, 3));
}

const marks = tensor(
  Array.from({ length: COUNT }, (_, row) => [0, 1, 2].map((at) => Number(at === row % 3))),
  { dtype: "float32" },
);
const batch = { state: drawn([COUNT, 4]), next: drawn([COUNT, 4]), gain: drawn([COUNT]) };
type Loss = (net: Net, data: typeof batch) => Tensor;

function ofNet(loss: Loss): Diagnosis {
  const model = new Net().initialize({ seed: 2 });
  return diagnose(model, batch, loss, { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) });
}

const taken = (net: Net, state: Tensor): Tensor => sum(multiply(net.body.forward(state), marks), { axes: 1 });
const later = (net: Net, { next, gain }: typeof batch): Tensor =>
  add(gain, max(net.body.forward(next), { axis: 1 }).multiply(0.9));

describe("a target that is made of later predictions", () => {
  it("is to be held, and not the prediction", () => {
    const finding = onlyFinding(
      ofNet((net, data) => huber(taken(net, data.state).detach(), later(net, data))),
    );
    expect(finding.fault).toBe("detached");
    expect(finding.place?.source).toContain(".detach()");
    expect(finding.repair).toContain("Hold the other side");
  });

  it("is held, with a reason or without one", () => {
    for (const target of [
      (one: Tensor) => one.detach(),
      (one: Tensor) => one.detach({ reason: "the target" }),
    ]) {
      const { findings } = ofNet((net, data) => huber(taken(net, data.state), target(later(net, data))));
      expect(findings).toEqual([]);
    }
  });
});

describe("log-probabilities that are weighed", () => {
  const weighed = (net: Net, state: Tensor, reward: Tensor): Tensor =>
    mean(multiply(sum(multiply(logSoftmax(net.body.forward(state), 1), marks), { axes: 1 }), reward));

  it("with rewards are to be returned with a minus", () => {
    const finding = onlyFinding(
      ofNet((net, { state, gain }) => {
        const reward = greater(gain, 0);
        return weighed(net, state, reward); // as it is
      }),
    );
    expect(finding).toMatchObject({ fault: "exploding" });
    expect(finding.cause).toContain("less likely the rewarded ones are");
  });

  it("are right with the minus, and with costs", () => {
    const right: Loss = (net, { state, gain }) => {
      const reward = greater(gain, 0);
      return weighed(net, state, reward).multiply(-1);
    };
    const ofCosts: Loss = (net, { state, gain }) => {
      const cost = greater(gain, 0);
      return weighed(net, state, cost);
    };
    expect(ofNet(right).findings).toEqual([]);
    expect(ofNet(ofCosts).findings.filter(({ cause }) => cause.includes("rewards"))).toEqual([]);
  });
});

describe("a ratio of new to old probabilities", () => {
  const clipped = (old: (one: Tensor) => Tensor): Loss => {
    return (net, { state, gain }) => {
      const logs = (): Tensor => sum(multiply(logSoftmax(net.body.forward(state), 1), marks), { axes: 1 });
      const ratio = exp(logs().subtract(old(logs()))); // of the two
      return mean(minimum(multiply(ratio, gain), multiply(clamp(ratio, 0.8, 1.2), gain))).multiply(-1);
    };
  };

  it("is told of where both are of the present weights, also for a layer that is applied twice", () => {
    const finding = onlyFinding(ofNet(clipped((one) => one)));
    expect(finding.fault).toBe("alwaysZero");
    expect(finding.place?.source).toContain("// of the two");
    expect(finding.parameters).toContain("body.2.weight");
    expect(finding.repair).toContain("the old policy");
  });

  it("is right where the old ones are held", () => {
    expect(ofNet(clipped((one) => one.detach({ reason: "the old policy" }))).findings).toEqual([]);
  });
});

describe("a function that never reaches its target", () => {
  const squashed = (by: (x: Tensor) => Tensor, scale: number): Diagnosis => {
    const target = drawn([COUNT, 3]).add(1).multiply(scale);
    return ofNet((net, { state }) => mse(by(net.body.forward(state)), target)); // squashed
  };

  it.each([
    ["sigmoid", sigmoid],
    ["tanh", tanh],
  ] as const)("is told of: %s against bytes", (name, by) => {
    const finding = onlyFinding(squashed(by, 127));
    expect(finding).toMatchObject({ fault: "alwaysZero", severity: "fault" });
    expect(finding.cause).toContain(`The ${name} here gives numbers from`);
  });

  it("is left alone within its range, a little beyond it, and with the outliers of a few", () => {
    for (const scale of [0.4, 0.7]) expect(squashed(sigmoid, scale).findings).toEqual([]);
  });
});

class Pictures extends Module {
  readonly first = new Conv2d(1, 6, 3, { padding: 1 });
  readonly last = new Conv2d(6, 1, 1);
}

describe("pictures and masks", () => {
  type Views = (image: Tensor, mask: Tensor, draw: RandomStream) => readonly [Tensor, Tensor];
  const ofViews = (views: Views): Diagnosis => {
    const model = new Pictures().initialize({ seed: 3 });
    const draw = new RandomStream({ seed: 3, purpose: "views" });
    const image = drawn([4, 1, 8, 8]);
    return diagnose(
      model,
      { image, mask: greater(image, 0) },
      (net, all) => {
        const [seen, wanted] = views(all.image, all.mask, draw);
        return bceWithLogits(net.last.forward(relu(net.first.forward(seen))), wanted);
      },
      { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) },
    );
  };
  const crop = (one: Tensor, at: number): Tensor => slice(one, [undefined, undefined, [at, at + 5], [0, 5]]);
  const mirrored = (one: Tensor, draw: RandomStream): Tensor => (draw.uniform() < 0.5 ? flip(one, 3) : one);

  const APART: Readonly<Record<string, Views>> = {
    "the picture alone is mirrored": (image, mask, draw) => [mirrored(image, draw), mask],
    "each is mirrored by a draw of its own": (image, mask, draw) => [
      mirrored(image, draw),
      mirrored(mask, draw),
    ],
    "each is cropped by a draw of its own": (image, mask, draw) => [
      crop(image, draw.integer(4)),
      crop(mask, draw.integer(4)),
    ],
  };
  const TOGETHER: Readonly<Record<string, Views>> = {
    "both are mirrored by one draw": (image, mask, draw) =>
      draw.uniform() < 0.5 ? [flip(image, 3), flip(mask, 3)] : [image, mask],
    "both are cropped by one draw": (image, mask, draw) => {
      const at = draw.integer(4);
      return [crop(image, at), crop(mask, at)];
    },
    "the mask lies mirrored in the data": (image, mask) => [flip(image, 3), mask],
  };

  it.each(Object.entries(APART))("are told of where %s", (_, views) => {
    const finding = onlyFinding(ofViews(views));
    expect(finding.fault).toBe("conditionMixed");
    expect(finding.cause).toMatch(/image is compared with mask place by place/);
  });

  it.each(Object.entries(TOGETHER))("are left alone where %s", (_, views) => {
    expect(ofViews(views).findings).toEqual([]);
  });
});

describe("experts that a mask chooses", () => {
  class Mixture extends Module {
    readonly gate = new Linear(4, 4);
    readonly experts = Array.from({ length: 4 }, () => new Linear(4, 2));
  }

  it("are not accused where the largest probability chose others, and their gate learns", () => {
    const model = new Mixture().initialize({ seed: 35 });
    const y = drawn([COUNT, 2]);
    const { findings } = diagnose(
      model,
      batch,
      ({ gate, experts }, { state }) => {
        const shares = softmax(gate.forward(state), 1);
        const rows = shares.toArray() as number[][];
        const mask = tensor(
          rows.map((row) =>
            row.map((_, at) => Number(at === ((row[0] as number) > (row[1] as number) ? 0 : 1))),
          ),
          { dtype: "float32" },
        );
        const all = stack(
          experts.map((one) => one.forward(state)),
          1,
        );
        return mse(sum(multiply(all, reshape(multiply(shares, mask), [COUNT, 4, 1])), { axes: 1 }), y);
      },
      { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) },
    );
    expect(findings).toEqual([]);
  });
});

describe("heads of an attention", () => {
  class Heads extends Module {
    readonly all = new Linear(4, 6);
    readonly out = new Linear(2, 3);
  }

  it("are told of where what is computed from some of them is never used", () => {
    const model = new Heads().initialize({ seed: 4 });
    const y = drawn([COUNT, 3]);
    const finding = onlyFinding(
      diagnose(
        model,
        batch,
        ({ all, out }, { state }) => {
          const [first] = split(all.forward(state), 2, 1).map((head) => tanh(head)); // heads
          return mse(out.forward(first as Tensor), y);
        },
        { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) },
      ),
    );
    expect(finding).toMatchObject({
      fault: "notWired",
      severity: "warning",
      parameters: ["all.weight"],
    });
    expect(finding.cause).toContain("What this tanh gives");
  });
});

describe("an attack on the features, and the size of a matrix", () => {
  class Domains extends Module {
    readonly features = new Linear(4, 8);
    readonly label = new Linear(8, 3);
    readonly domain = new Linear(8, 1);
  }

  it("is meant with any weight, and for inputs that have no label", () => {
    const model = new Domains().initialize({ seed: 5 });
    const labels = tensor(
      Array.from({ length: COUNT }, (_, row) => [row % 2]),
      { dtype: "float32" },
    );
    let step = 0;
    const { findings } = diagnose(
      model,
      batch,
      ({ features, label, domain }, { state, next }) => {
        const weight = step++ / 40;
        const turned = (one: Tensor): Tensor =>
          one
            .detach()
            .multiply(1 + weight)
            .subtract(one.multiply(weight));
        const [own, other] = [state, next].map((one) => relu(features.forward(one))) as [Tensor, Tensor];
        const domains = add(
          bceWithLogits(domain.forward(turned(own)), labels),
          bceWithLogits(domain.forward(turned(other)), labels),
        );
        return add(mse(label.forward(own), marks), domains.multiply(0.5));
      },
      { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) },
    );
    expect(findings).toEqual([]);
  });

  it("is found by an iteration without a tape, whose vectors start anew from numbers", () => {
    const model = new Net().initialize({ seed: 6 });
    let kept = tensor(
      Array.from({ length: 16 }, () => [1]),
      { dtype: "float32" },
    );
    const unit = (one: Tensor): Tensor => one.divide(sum(one.square()).add(1e-12).sqrt());
    const { findings } = diagnose(
      model,
      batch,
      (net, { state }) => {
        const weight = net.namedParameters().get("body.0.weight") as Tensor;
        const [left, right] = noGrad(() => {
          const v = unit(matmul(weight.transpose(), kept));
          return [unit(matmul(weight, v)), v];
        }) as [Tensor, Tensor];
        kept = tensor(Float32Array.from(left.data), { shape: [16, 1] });
        const size = matmul(matmul(left.transpose(), weight), right);
        return mse(net.body.forward(state).divide(size), marks);
      },
      { optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) },
    );
    expect(findings).toEqual([]);
  });
});

describe("a rate that the loss sets", () => {
  const scheduled = (rateAt: (step: number) => number): Diagnosis => {
    const model = new Net().initialize({ seed: 7 });
    const optimizer: Optimizer = new Adam(model.parameters(), { learningRate: 0.001 });
    let step = 0;
    return diagnose(
      model,
      batch,
      (net, { state }) => {
        (optimizer as { learningRate: number }).learningRate = rateAt(++step); // the rate
        return mse(net.body.forward(state), marks);
      },
      { optimizer },
    );
  };

  it.each([
    ["a warm-up of a million steps", (step: number) => 0.001 * Math.min(1, step / 1e6)],
    ["a count that starts anew", () => 0.001 / 20_000],
  ] as const)("is told of: %s", (_, rateAt) => {
    const finding = onlyFinding(scheduled(rateAt));
    expect(finding.fault).toBe("alwaysZero");
    expect(finding.place?.source).toContain("// the rate");
    expect(finding.cause).toMatch(/next to nothing moves/);
  });

  it.each([100, 4000])("is left alone in a warm-up of %d steps", (steps) => {
    expect(scheduled((step) => 0.001 * Math.min(1, step / steps)).findings).toEqual([]);
  });
});
