/** Noise, levels and masks that are drawn twice where one draw is meant, and draws that are two on purpose. */
import {
  Adam,
  add,
  concat,
  divide,
  full,
  LeakyReLU,
  Linear,
  Module,
  mean,
  mse,
  multiply,
  negate,
  RandomStream,
  randomUniform,
  Sequential,
  square,
  subtract,
  type Tensor,
  tensor,
} from "synthconv";
import { type Diagnosis, diagnose } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { onlyFinding } from "./support.js";

const SAMPLES = 16;

class Net extends Module {
  readonly body = new Sequential(new Linear(5, 16), new LeakyReLU(), new Linear(16, 4));

  forward(x: Tensor, level: Tensor): Tensor {
    return this.body.forward(concat([x, level], 1));
  }
}

type Loss = (net: Net, x: Tensor, random: RandomStream) => Tensor;

function diagnosisOf(loss: Loss): Diagnosis {
  const model = new Net().initialize({ seed: 2 });
  const random = new RandomStream({ seed: 2, purpose: "noise" });
  const optimizer = new Adam(model.parameters(), { learningRate: 0.003 });
  return diagnose(model, { x: normal(random) }, (net, { x }) => loss(net, x, random), { optimizer });
}

function normal(random: RandomStream): Tensor {
  const values = Float32Array.from({ length: 4 * SAMPLES }, () => random.normal());
  return tensor(values, { shape: [SAMPLES, 4] });
}

/** Box and Muller by hand, of whatever numbers `Math.random` gives. */
function normalOfMath(): Tensor {
  const one = (): number =>
    Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return tensor(Float32Array.from({ length: 4 * SAMPLES }, one), { shape: [SAMPLES, 4] });
}

const levelOf = (random: RandomStream): Tensor =>
  add(0.1, multiply(0.8, randomUniform([SAMPLES, 1], random)));
const noised = (x: Tensor, noise: Tensor, level: Tensor): Tensor =>
  add(multiply(x, subtract(1, level)), multiply(noise, level));
const half = full([SAMPLES, 1], 0.5);
function maskOf(random: RandomStream): Tensor {
  const values = Float32Array.from({ length: 4 * SAMPLES }, () => Number(random.uniform() < 0.7));
  return tensor(values, { shape: [SAMPLES, 4] });
}

const TWICE: Readonly<Record<string, [RegExp, Loss]>> = {
  "the noise that is to be told": [
    /another draw/,
    (net, x, random) => {
      const level = levelOf(random);
      return mse(net.forward(noised(x, normal(random), level), level), normal(random)); // of the target
    },
  ],
  "noise of Math.random": [
    /another draw/,
    (net, x, random) => {
      const level = levelOf(random);
      const given = noised(x, normalOfMath(), level);
      return mse(net.forward(given, level), normalOfMath()); // of the target
    },
  ],
  "the noise of a velocity": [
    /another draw/,
    (net, x, random) => {
      const level = levelOf(random);
      const given = noised(x, normal(random), level);
      return mse(net.forward(given, level), subtract(normal(random), x)); // of the target
    },
  ],
  "the noise of a score": [
    /another draw/,
    (net, x, random) => {
      const given = add(x, multiply(normal(random), half));
      const difference = subtract(net.forward(given, half), negate(divide(normal(random), half))); // of the target
      return mean(square(difference));
    },
  ],
  "the level that the network is told": [
    /level/,
    (net, x, random) => {
      const noise = normal(random);
      const given = noised(x, noise, levelOf(random));
      return mse(net.forward(given, levelOf(random)), noise); // of the target
    },
  ],
  "the mask of the error": [
    /mask/,
    (net, x, random) => {
      const given = net.forward(multiply(x, maskOf(random)), half);
      const error = square(subtract(given, x));
      return mean(multiply(error, subtract(1, maskOf(random)))); // of the target
    },
  ],
};

const MEANT: Readonly<Record<string, Loss>> = {
  "one draw": (net, x, random) => {
    const [level, noise] = [levelOf(random), normal(random)];
    return mse(net.forward(noised(x, noise, level), level), noise);
  },
  "one draw in a velocity": (net, x, random) => {
    const [level, noise] = [levelOf(random), normal(random)];
    return mse(net.forward(noised(x, noise, level), level), subtract(noise, x));
  },
  "a level and what is made of it": (net, x, random) => {
    const times = Array.from({ length: SAMPLES }, () => random.integer(10));
    const level = tensor(
      times.map((time) => [0.1 + 0.08 * time]),
      { dtype: "float32" },
    );
    const told = tensor(
      times.map((time) => [Math.cos(time / 10)]),
      { dtype: "float32" },
    );
    const noise = normal(random);
    return mse(net.forward(noised(x, noise, level), told), noise);
  },
  "noise in the input alone": (net, x, random) =>
    mse(net.forward(add(x, multiply(0.3, normal(random))), half), x),
  "two noisy views, each the other's target": (net, x, random) =>
    mse(net.forward(add(x, multiply(0.3, normal(random))), half), add(x, multiply(0.3, normal(random)))),
  "two noisy views of one network": (net, x, random) => {
    const [a, b] = [0, 1].map(() => net.forward(add(x, multiply(0.3, normal(random))), half));
    return add(mse(a as Tensor, x), mse(a as Tensor, b as Tensor));
  },
  "noise on the input and on the labels": (net, x, random) =>
    mse(
      net.forward(add(x, multiply(0.1, normal(random))), half),
      add(multiply(2, x), multiply(0.1, normal(random))),
    ),
  "one mask": (net, x, random) => {
    const mask = maskOf(random);
    const given = net.forward(multiply(x, mask), half);
    return mean(multiply(square(subtract(given, x)), subtract(1, mask)));
  },
  "a mask of the input and a dropout behind the network": (net, x, random) => {
    const given = net.forward(multiply(x, maskOf(random)), half);
    return mse(net.forward(multiply(given, maskOf(random)), half), x);
  },
};

describe("noise that is drawn twice", () => {
  it.each(Object.entries(TWICE))("is told of: %s", (_, [words, loss]) => {
    const { fault, place, cause, parameters } = onlyFinding(diagnosisOf(loss));
    expect(fault).toBe("conditionMixed");
    expect(cause).toMatch(words);
    expect(place?.source).toContain("// of the target");
    expect(parameters).toHaveLength(4);
  });

  it.each(Object.entries(MEANT))("is left alone where it is meant: %s", (_, loss) => {
    expect(diagnosisOf(loss).findings).toEqual([]);
  });
});
