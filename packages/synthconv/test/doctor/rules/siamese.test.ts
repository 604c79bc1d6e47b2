/** One network, two views that are to agree: what collapses, and what holds samples apart. */
import {
  Adam,
  add,
  crossEntropy,
  grad,
  Linear,
  l1,
  Module,
  matmul,
  mean,
  mse,
  RandomStream,
  randomUniform,
  relu,
  square,
  subtract,
  sum,
  type Tensor,
  tanh,
  transpose,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

const COUNT = 10;

class Siamese extends Module {
  readonly one = new Linear(5, 16);
  readonly two = new Linear(16, 6);
  readonly predictor = new Linear(6, 6);

  embed(x: Tensor): Tensor {
    return this.two.forward(tanh(this.one.forward(x)));
  }
}

const random = new RandomStream({ seed: 8, purpose: "views" });
const base = randomUniform([COUNT, 5], random);
const view = (): Tensor => base.add(randomUniform([COUNT, 5], random).multiply(0.2));
const batch = { left: view(), right: view(), third: view(), y: randomUniform([COUNT, 6], random) };
type Loss = (net: Siamese, all: typeof batch) => Tensor;

const apart = (a: Tensor, b: Tensor): Tensor => sum(square(subtract(a, b)), { axes: [1] });
const spread = (z: Tensor): Tensor => {
  const variance = mean(square(subtract(z, mean(z, { axes: [0], keepDims: true }))), { axes: [0] });
  return mean(relu(subtract(1, variance)));
};

const unit = (z: Tensor): Tensor =>
  z.divide(
    sum(square(z), { axes: [1], keepDims: true })
      .add(1e-8)
      .sqrt(),
  );
const cosineOfUnits = (a: Tensor, b: Tensor): Tensor => sum(unit(a).multiply(unit(b)), { axes: [1] });
const size = (z: Tensor): Tensor =>
  sum(square(z), { axes: [1] })
    .add(1e-8)
    .sqrt();
const cosineOverSizes = (a: Tensor, b: Tensor): Tensor =>
  sum(a.multiply(b), { axes: [1] }).divide(size(a).multiply(size(b)));

const COLLAPSING: Readonly<Record<string, Loss>> = {
  "by mse": (net, { left, right }) => mse(net.embed(left), net.embed(right)),
  "by distances of rows": (net, { left, right }) => mean(apart(net.embed(left), net.embed(right))),
  "by l1 and a factor": (net, { left, right }) => l1(net.embed(left), net.embed(right)).multiply(3),
  "with a predictor": (net, { left, right }) => mse(net.predictor.forward(net.embed(left)), net.embed(right)),
  "with a predictor, both ways": (net, { left, right }) => {
    const [a, b] = [net.embed(left), net.embed(right)];
    return add(mse(net.predictor.forward(a), b), mse(net.predictor.forward(b), a));
  },
  "of three views": (net, { left, right, third }) => {
    const [a, b, c] = [net.embed(left), net.embed(right), net.embed(third)];
    return add(add(mse(a, b), mse(b, c)), mse(a, c));
  },
  "by the cosine of rows of size 1": (net, { left, right }) =>
    mean(cosineOfUnits(net.embed(left), net.embed(right))).multiply(-1),
  "by a cosine that is divided by both sizes": (net, { left, right }) =>
    mean(cosineOverSizes(net.embed(left), net.embed(right))).multiply(-1),
};

const HELD: Readonly<Record<string, Loss>> = {
  "a stop of the gradient and a predictor": (net, { left, right }) => {
    const target = net.embed(right).detach({ reason: "the other view" });
    return mse(net.predictor.forward(net.embed(left)), target);
  },
  "a stop of the gradient and a predictor, by a cosine": (net, { left, right }) => {
    const target = net.embed(right).detach({ reason: "the other view" });
    return mean(cosineOfUnits(net.predictor.forward(net.embed(left)), target)).multiply(-1);
  },
  "the variance of each feature, beside a cosine": (net, { left, right }) => {
    const [a, b] = [net.embed(left), net.embed(right)];
    return add(mean(cosineOverSizes(a, b)).multiply(-1), add(spread(a), spread(b)));
  },
  "the variance of each feature": (net, { left, right }) => {
    const [a, b] = [net.embed(left), net.embed(right)];
    return add(mse(a, b), add(spread(a), spread(b)));
  },
  "negatives of the batch": (net, { left, right }) => {
    const logits = matmul(net.embed(left), transpose(net.embed(right)));
    return crossEntropy(
      logits,
      Array.from({ length: COUNT }, (_, i) => i),
    );
  },
  "a margin to another view": (net, { left, right, y }) => {
    const [a, b] = [net.embed(left), net.embed(right)];
    const far = apart(a, tanh(net.embed(y.slice([undefined, [0, 5]]))));
    return mean(relu(add(subtract(apart(a, b), far), 0.5)));
  },
  "a target of the batch": (net, { left, right, y }) => {
    const [a, b] = [net.embed(left), net.embed(right)];
    return add(mse(a, b), mse(net.predictor.forward(a), y));
  },
  "a difference that is to be a target's": (net, { left, right, y }) =>
    mse(subtract(net.embed(left), net.embed(right)), y),
};

function run(loss: Loss): Diagnosis {
  const model = new Siamese().initialize({ seed: 8 });
  // A layer that has no part in a loss would be a finding of its own.
  if (!String(loss).includes("predictor")) model.predictor.freeze({ reason: "of another loss" });
  const optimizer = new Adam(
    model.parameters().filter(({ trainable }) => trainable),
    { learningRate: 5e-3 },
  );
  return diagnose(model, batch, loss, { optimizer });
}

describe("two views of one network that are to agree", () => {
  it.each(Object.entries(COLLAPSING))("are the finding where nothing else holds them: %s", (_, loss) => {
    const found = run(loss).findings.filter(({ fault }) => fault === "collapsedGenerator");
    const finding = onlyFinding({ findings: found } as unknown as Diagnosis);
    expect(finding.parameters).toEqual(expect.arrayContaining(["one.weight", "two.weight"]));
    expect(finding.place?.source).toMatch(/mse|l1|subtract|cosine/);
    expect(finding.cause).toContain("what one network gives for two views");
    expect(finding.repair).toContain("the variance of each feature over the batch");
  });

  it.each(Object.entries(HELD))("are none with %s", (_, loss) => {
    expect(run(loss).findings.filter(({ fault }) => fault === "collapsedGenerator")).toEqual([]);
  });
});

class Two extends Module {
  readonly left = new Linear(5, 6);
  readonly right = new Linear(5, 6);
}

describe("two networks that are to agree", () => {
  it.each([false, true])("are told of, whether or not the loss propagates by itself: %s", (isPropagated) => {
    const model = new Two().initialize({ seed: 8 });
    const optimizer = new Adam(model.parameters(), { learningRate: 5e-3 });
    const loss = (net: Two, { left, right }: typeof batch): Tensor => {
      const value = mse(net.left.forward(left), net.right.forward(right));
      if (isPropagated) grad(value, [net.left.weight]);
      return value;
    };
    const finding = onlyFinding(diagnose(model, batch, loss, { optimizer }));
    expect(finding.fault).toBe("collapsedGenerator");
    expect(finding.cause).toContain("compares what two trained networks give");
  });
});
