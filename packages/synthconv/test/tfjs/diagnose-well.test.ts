import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers"; // registers the gradients of all operations, too
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ShapeError, ValueError } from "../../src/core/errors.js";
import type { Diagnosis } from "../../src/doctor/diagnosis.js";
import { diagnoseTfjs } from "../../src/tfjs/index.js";

import { network, normal, variable } from "./diagnose-support.js";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

describe("what is well is not accused", () => {
  const isHealthy = (diagnosis: Diagnosis): void => {
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.healthy).toBe(true);
  };

  it("weights that stay values from the generator to the loss", () => {
    const { generate, lossOf } = network();
    const diagnosis = diagnoseTfjs(tf, () => lossOf(generate()));
    isHealthy(diagnosis);
    expect(diagnosis.verdict).toBe("All 3 parameters learn: a gradient arrived and moved them in 5 steps.");
    const { numbers, shape } = diagnosis.parameters[0] as Diagnosis["parameters"][number];
    expect(shape).toEqual([5, 8]);
    expect(numbers.gradientNorm.every((norm) => norm !== null && norm > 0)).toBe(true);
    expect(numbers.updateRatio.every((ratio) => ratio !== null && ratio > 0)).toBe(true);
    expect(diagnosis.losses.at(-1)).toBeLessThan(diagnosis.losses[0] as number);
  });

  it("a model with batch normalisation, dropout and a frozen layer", () => {
    const model = layers.sequential();
    model.add(layers.layers.dense({ units: 6, activation: "relu", inputShape: [4] }));
    model.add(layers.layers.batchNormalization());
    model.add(layers.layers.dropout({ rate: 0.3 }));
    model.add(layers.layers.dense({ units: 5, trainable: false }));
    model.add(layers.layers.dense({ units: 1 }));
    const x = normal([32, 4]);
    const loss = (): tf.Scalar =>
      tf.mean(tf.square(tf.sub(model.apply(x, { training: true }) as tf.Tensor, 1)));
    const diagnosis = diagnoseTfjs(tf, loss, { variables: model });
    isHealthy(diagnosis);
    const frozen = diagnosis.parameters.filter(({ status }) => status === "frozen").map(({ name }) => name);
    expect(frozen).toHaveLength(4);
    expect(frozen.some((name) => name.endsWith("moving_mean"))).toBe(true);
    model.dispose();
  });

  it("a model that builds itself when it is applied first, and stays built", () => {
    const model = layers.layers.dense({ units: 2 });
    const x = normal([4, 3]);
    isHealthy(diagnoseTfjs(tf, () => tf.mean(tf.square(model.apply(x) as tf.Tensor))));
    expect(model.weights.map((weight) => weight.read().isDisposed)).toEqual([false, false]);
  });

  it("a head that starts at zero and lets the rest learn from the second step on", () => {
    const { generate, lossOf, last } = network();
    last.assign(tf.zeros([4, 3]));
    isHealthy(diagnoseTfjs(tf, () => lossOf(generate())));
  });

  it("an optimizer's counters, a running mean, a constraint inside of the loss, and numbers for a log", () => {
    const { generate, lossOf, last } = network();
    const optimizer = tf.train.adam(0.01);
    const mean = tf.variable(tf.scalar(0), false, "mean");
    const log: number[] = [];
    const loss = (): tf.Scalar => {
      last.assign(tf.clipByValue(last, -2, 2));
      const value = lossOf(generate());
      mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(value, 0.1)) as tf.Scalar);
      log.push(value.dataSync()[0] as number);
      return value;
    };
    optimizer.minimize(loss);
    isHealthy(diagnoseTfjs(tf, loss));
    isHealthy(diagnoseTfjs(tf, loss, { optimizer: optimizer }));
    optimizer.dispose();
  });
});

describe("everything is afterwards as it was", () => {
  const { sgd, momentum, adam, adamax, adagrad, adadelta, rmsprop } = tf.train;
  const optimizers = {
    ...{ sgd: () => sgd(0.1), momentum: () => momentum(0.1, 0.9), adam: () => adam(0.1) },
    ...{ adamax: () => adamax(0.1), adagrad: () => adagrad(0.1), adadelta: () => adadelta(0.1) },
    ...{ rmsprop: () => rmsprop(0.1, 0.9, 0.5) },
  };

  it.each(Object.entries(optimizers))(
    "variables, memory and the state of tf.train.%s, to the bit",
    (_, make) => {
      const { generate, lossOf, hidden, head, last } = network();
      const weight = variable([2, 3, 4], "weight");
      const loss = (): tf.Scalar => {
        weight.assign(generate());
        tf.variable(tf.scalar(1));
        return lossOf(weight);
      };
      const optimizer = make();
      optimizer.minimize(() => lossOf(generate()), false, [hidden, head, last]);
      const variables = (): [string, number[]][] =>
        Object.entries(tf.engine().registeredVariables).map(([name, one]) => [name, [...one.dataSync()]]);
      const [before, memory] = [variables(), tf.memory()];
      const { iterations } = optimizer;
      diagnoseTfjs(tf, loss, { optimizer: optimizer, variables: { hidden, head, last, weight } });
      expect(variables()).toEqual(before);
      expect(tf.memory()).toEqual(memory);
      expect(optimizer.iterations).toBe(iterations);
      optimizer.dispose();
    },
  );

  it("also when the loss throws, in whichever run, and when an operation has no gradient", () => {
    const { generate, lossOf, last } = network();
    const { assign } = tf.Variable.prototype;
    const { dataSync } = tf.Tensor.prototype;
    let runs = 0;
    let most = Number.POSITIVE_INFINITY;
    const loss = (): tf.Scalar => {
      tf.variable(generate());
      if (++runs > most) throw new Error("no more batches");
      return lossOf(tf.cast(tf.greater(generate(), 0), "float32"));
    };
    diagnoseTfjs(tf, loss);
    const all = runs;
    // Before the end of its second run nobody knows which variables the loss makes for itself.
    for (most = 2; most < all; most++) {
      runs = 0;
      const [values, memory] = [[...last.dataSync()], tf.memory()];
      expect(() => diagnoseTfjs(tf, loss)).toThrow("no more batches");
      expect([...last.dataSync()]).toEqual(values);
      expect(tf.memory()).toEqual(memory);
    }
    expect(all).toBeGreaterThan(10);
    expect(tf.Variable.prototype.assign).toBe(assign);
    expect(tf.Tensor.prototype.dataSync).toBe(dataSync);
    expect(Object.hasOwn(tf.engine(), "makeVariable")).toBe(false);
  });
});

describe("what cannot be diagnosed is refused in a line", () => {
  const one = (): tf.Variable => variable([2], "one");
  it("a loss that is not a scalar, a promise, a number", () => {
    const x = one();
    expect(() => diagnoseTfjs(tf, () => x as unknown as tf.Scalar)).toThrow(ShapeError);
    expect(() => diagnoseTfjs(tf, () => x as unknown as tf.Scalar)).toThrow(
      "diagnoseTfjs loss: expected a scalar, shape [], received shape [2]. Reduce it: tf.mean(x) or tf.sum(x).",
    );
    const later = (async () => tf.sum(x)) as unknown as () => tf.Scalar;
    expect(() => diagnoseTfjs(tf, later)).toThrow("received a promise");
    expect(() => diagnoseTfjs(tf, () => 3 as unknown as tf.Scalar)).toThrow(ValueError);
  });

  it("a call that forgets tf", () => {
    const forgotten = diagnoseTfjs as unknown as (loss: () => tf.Scalar) => Diagnosis;
    expect(() => forgotten(() => tf.scalar(1))).toThrow("expected the namespace tf of TensorFlow.js");
  });

  it("no variables: none in the engine, a model that is not built, none of float32", () => {
    const loss = (): tf.Scalar => tf.scalar(1);
    expect(() => diagnoseTfjs(tf, loss)).toThrow("expected at least one float32 variable, received none");
    expect(() => diagnoseTfjs(tf, loss, { variables: { weights: [], trainableWeights: [] } })).toThrow(
      ValueError,
    );
    const counter = tf.variable(tf.scalar(1, "int32"));
    expect(() => diagnoseTfjs(tf, loss, { variables: [counter] })).toThrow(ValueError);
  });

  it("what is no variable, or is disposed; too few steps; an optimizer that cannot be copied", () => {
    const x = one();
    const loss = (): tf.Scalar => tf.sum(x);
    const variables = { x: tf.ones([2]) as tf.Variable };
    expect(() => diagnoseTfjs(tf, loss, { variables })).toThrow("x, which is something else");
    expect(() => diagnoseTfjs(tf, loss, { steps: 1 })).toThrow(
      "diagnoseTfjs steps: expected a whole number of 2 or more, received 1",
    );
    expect(() => diagnoseTfjs(tf, loss, { optimizer: {} as tf.Optimizer })).toThrow("optimizer of tf.train");
  });
});
