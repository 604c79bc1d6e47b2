/** Two sets that belong to no pairs, laid one behind the other, and rows of one sample that miss each other. */
import {
  Adam,
  add,
  bceWithLogits,
  concat,
  crossEntropy,
  gather,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  ones,
  RandomStream,
  randomUniform,
  relu,
  slice,
  square,
  stack,
  subtract,
  type Tensor,
  zeros,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

const COUNT = 10;
const WIDTH = 4;

class Domains extends Module {
  readonly features = new Linear(WIDTH, 16);
  readonly task = new Linear(16, 2);
  readonly domain = new Linear(16, 1);
  readonly mixed = new Linear(16 + WIDTH, 2);
}

const random = new RandomStream({ seed: 3, purpose: "sets" });
const batch = {
  source: randomUniform([COUNT, WIDTH], random),
  target: randomUniform([COUNT, WIDTH], random).add(0.5),
  third: randomUniform([COUNT, WIDTH], random).multiply(2),
  labels: randomUniform([COUNT, 2], random),
};
const classes = Array.from({ length: COUNT }, (_, i) => i % 2);
type Loss = (net: Domains, all: typeof batch) => Tensor;

const sides = (first: number, second: number): Tensor => concat([ones([first, 1]), zeros([second, 1])], 0);
const encode = (net: Domains, x: Tensor): Tensor => relu(net.features.forward(x));

const UNPAIRED: Readonly<Record<string, Loss>> = {
  "a domain classifier on two sets of features": (net, { source, target, labels }) => {
    const [a, b] = [encode(net, source), encode(net, target)];
    const domain = net.domain.forward(concat([a, b], 0));
    return add(mse(net.task.forward(a), labels), bceWithLogits(domain, sides(COUNT, COUNT)));
  },
  "two sets that are joined before the features": (net, { source, target }) => {
    const both = encode(net, concat([source, target], 0));
    const task = net.task.forward(slice(both, [[0, COUNT], undefined]));
    return add(crossEntropy(task, classes), bceWithLogits(net.domain.forward(both), sides(COUNT, COUNT)));
  },
  "the target before the source": (net, { source, target, labels }) => {
    const [a, b] = [encode(net, source), encode(net, target)];
    const domain = net.domain.forward(concat([b, a], 0));
    return add(mse(net.task.forward(a), labels), bceWithLogits(domain, sides(COUNT, COUNT)));
  },
  "three sets": (net, { source, target, third, labels }) => {
    const [a, b, c] = [encode(net, source), encode(net, target), encode(net, third)];
    const domain = net.domain.forward(concat([a, b, c], 0));
    const given = concat([ones([COUNT, 1]), zeros([2 * COUNT, 1])], 0);
    return add(mse(net.task.forward(a), labels), bceWithLogits(domain, given));
  },
  "a least squares classifier": (net, { source, target, labels }) => {
    const a = encode(net, source);
    const domain = net.domain.forward(concat([a, encode(net, target)], 0));
    return add(mse(net.task.forward(a), labels), mean(square(subtract(domain, sides(COUNT, COUNT)))));
  },
  "means of two sets that are to be alike": (net, { source, target, labels }) => {
    const [a, b] = [encode(net, source), encode(net, target)];
    const gap = mse(mean(a, { axes: [0] }), mean(b, { axes: [0] }));
    return add(mse(net.task.forward(a), labels), multiply(gap, 0.1));
  },
  "results that are to be sure on a second set": (net, { source, target, labels }) => {
    const both = net.task.forward(encode(net, concat([source, target], 0)));
    const own = mse(slice(both, [[0, COUNT], undefined]), labels);
    return add(own, multiply(mean(square(slice(both, [[COUNT, 2 * COUNT], undefined]))), 0.01));
  },
};

/** Two rows for each sample, side by side. */
const together = Array.from({ length: 2 * COUNT }, (_, i) => Math.floor(i / 2));
const meet = (net: Domains, made: Tensor, given: Tensor): Tensor =>
  mean(square(subtract(net.mixed.forward(concat([made, given], 1)), 1)));

const CROSSED: Readonly<Record<string, Loss>> = {
  "rows one set behind the other, conditions side by side": (net, { source, target }) =>
    meet(net, encode(net, concat([source, source.multiply(0.9)], 0)), gather(target, together)),
  "conditions one set behind the other, rows side by side": (net, { source, target }) =>
    meet(net, encode(net, gather(source, together)), concat([target, target.multiply(0.9)], 0)),
  "features one set behind the other, conditions side by side": (net, { source, target }) => {
    const made = encode(net, source);
    return meet(net, concat([made, made.multiply(0.9)], 0), gather(target, together));
  },
  "conditions one set behind the other, crops by a reshape": (net, { source, target }) => {
    const crops = stack([source, source.multiply(0.9)], 1).reshape([2 * COUNT, WIDTH]);
    return meet(net, encode(net, crops), concat([target, target], 0));
  },
};

function run(loss: Loss): Diagnosis {
  const model = new Domains().initialize({ seed: 1 });
  const optimizer = new Adam(model.parameters(), { learningRate: 5e-3 });
  return diagnose(model, batch, loss, { optimizer });
}

/** What a loss leaves out of the model or of the batch is another matter. */
const mixed = ({ findings }: Diagnosis) => findings.filter(({ fault }) => fault === "conditionMixed");

describe("sets without pairs", () => {
  it.each(Object.entries(UNPAIRED))("are no samples in another order: %s", (_, loss) => {
    expect(mixed(run(loss))).toEqual([]);
  });
});

describe("several rows for each sample", () => {
  it.each(Object.entries(CROSSED))("are the finding where they miss each other: %s", (_, loss) => {
    const found = mixed(run(loss));
    expect(onlyFinding({ findings: found } as unknown as Diagnosis).place?.source).toMatch(/gather|concat/);
  });
});
