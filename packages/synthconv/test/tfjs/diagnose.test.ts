import "@tensorflow/tfjs-backend-cpu";
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers"; // registers the gradients of all operations, too
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ShapeError, ValueError } from "../../src/core/errors.js";
import type { Diagnosis } from "../../src/doctor/diagnosis.js";
import { diagnoseTfjs, htmlReport, pixelNetworkTfjs, terminalReport } from "../../src/tfjs/index.js";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

let seed = 0;
function normal<Shape extends number[]>(shape: [...Shape], deviation = 0.3): tf.Tensor {
  return tf.randomNormal(shape as unknown as [number], 0, deviation, "float32", ++seed);
}
function variable(shape: number[], name: string): tf.Variable {
  return tf.variable(normal(shape), true, name);
}

/** The seed's network: a generator writes 3 -> 4 kernels for each sample, a head leads back to 3 channels. */
function network() {
  const [hidden, head] = [variable([5, 8], "hidden"), variable([8, 3 * 4], "head")];
  const last = variable([4, 3], "last");
  const condition = normal([2, 5]) as tf.Tensor2D;
  const image = tf.abs(normal([2, 6, 6, 3], 1));
  const generate = (): tf.Tensor => {
    const units = tf.tanh(tf.matMul(condition, hidden as tf.Tensor2D)) as tf.Tensor2D;
    return tf.reshape(tf.matMul(units, head as tf.Tensor2D), [2, 3, 4]);
  };
  const lossOf = (weight: tf.Tensor): tf.Scalar => {
    const result = pixelNetworkTfjs(tf, image, [{ weight, activation: "leakyRelu" }, { weight: last }]);
    return tf.mean(tf.square(tf.sub(result, image)));
  };
  return { hidden, head, last, generate, lossOf };
}

/** `learns` and the like, by name. */
function statuses({ parameters }: Diagnosis): Record<string, string> {
  return Object.fromEntries(parameters.map(({ name, status }) => [name, status]));
}

/** The line of this file that has the mark. */
function lineOf(mark: string): number {
  const lines = readFileSync(import.meta.filename, "utf8").split("\n");
  return lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}

describe("a graph that is cut: the variables, the line and the cause", () => {
  it("the seed: generated weights are assigned into a variable", () => {
    const { generate, lossOf } = network();
    const weight = variable([2, 3, 4], "weight");
    const diagnosis = diagnoseTfjs(tf, () => {
      weight.assign(generate()); // assigned
      return lossOf(weight);
    });
    expect(statuses(diagnosis)).toEqual({ hidden: "cut", head: "cut", last: "learns", weight: "unused" });
    expect(diagnosis.healthy).toBe(false);
    expect(diagnosis.findings).toHaveLength(1);
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "assignedIntoParameter",
      parameters: ["hidden", "head", "weight"],
      place: { file: "packages/synthconv/test/tfjs/diagnose.test.ts", line: lineOf("assigned") },
    });
    const [verdict, where, write] = terminalReport(diagnosis).split("\n");
    expect(verdict).toContain("3 of 4 parameters do not learn: hidden, head, weight");
    expect(where).toContain("diagnose.test.ts");
    expect(write).toContain("pass the computed tensor itself");
    expect(htmlReport(diagnosis)).toContain("assigned into a parameter");
  });

  it("generated weights are made into a new variable, in every run of the loss", () => {
    const { generate, lossOf } = network();
    const diagnosis = diagnoseTfjs(tf, () => {
      const weight = tf.variable(generate()); // created
      return lossOf(weight);
    });
    expect(statuses(diagnosis)).toEqual({ hidden: "cut", head: "cut", last: "learns" });
    expect(diagnosis.findings).toHaveLength(1);
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "rewrappedAsParameter",
      place: { line: lineOf("created") },
    });
  });

  it("generated weights go through plain numbers", () => {
    const { generate, lossOf } = network();
    const diagnosis = diagnoseTfjs(tf, () => {
      const numbers = generate().dataSync(); // read
      return lossOf(tf.tensor(numbers, [2, 3, 4]));
    });
    expect(statuses(diagnosis)).toEqual({ hidden: "cut", head: "cut", last: "learns" });
    expect(diagnosis.findings[0]).toMatchObject({ fault: "plainNumbers", place: { line: lineOf("read") } });
  });

  it("nothing is connected at all, where minimize() only throws", () => {
    const { generate, lossOf, hidden, head } = network();
    const loss = () => lossOf(tf.tensor(generate().arraySync() as number[][][])); // listed
    expect(() => tf.variableGrads(loss, [hidden, head])).toThrow("Cannot find a connection");
    const diagnosis = diagnoseTfjs(tf, loss, { variables: [hidden, head] });
    expect(statuses(diagnosis)).toEqual({ hidden: "cut", head: "cut" });
    expect(diagnosis.findings[0]).toMatchObject({ fault: "plainNumbers", place: { line: lineOf("listed") } });
  });

  it("although dropout makes every loss another", () => {
    const { generate, lossOf } = network();
    const diagnosis = diagnoseTfjs(tf, () => {
      const numbers = generate().dataSync(); // dropped
      return tf.mul(lossOf(tf.tensor(numbers, [2, 3, 4])), tf.mean(tf.dropout(tf.ones([50]), 0.5)));
    });
    expect(statuses(diagnosis)).toEqual({ hidden: "cut", head: "cut", last: "learns" });
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "plainNumbers",
      place: { line: lineOf("dropped") },
    });
  });

  it("an operation without a gradient stops everything; those that lead through it are named", () => {
    const logits = variable([4], "logits");
    const scale = variable([4], "scale");
    const diagnosis = diagnoseTfjs(tf, () => {
      const chosen = tf.cast(tf.greater(logits, 0), "float32");
      return tf.sum(tf.square(tf.sub(tf.mul(scale, chosen), 1)));
    });
    expect(statuses(diagnosis)).toEqual({ logits: "cut", scale: "learns" });
    expect(diagnosis.findings[0]).toMatchObject({ fault: "zeroDerivative", parameters: ["logits"] });
    expect(diagnosis.findings[0]?.cause).toContain(
      "through Greater, for which TensorFlow.js has no gradient",
    );
  });
});

describe("variables that are connected, or not meant to be, and do not learn", () => {
  it("a layer that is built and not wired", () => {
    const { generate, lossOf } = network();
    variable([3, 3], "spare");
    const diagnosis = diagnoseTfjs(tf, () => lossOf(generate()));
    expect(statuses(diagnosis)).toEqual({
      hidden: "learns",
      head: "learns",
      last: "learns",
      spare: "unused",
    });
    expect(diagnosis.findings[0]).toMatchObject({ fault: "notWired", parameters: ["spare"] });
  });

  it("what is computed outside of the loss function", () => {
    const { generate, lossOf } = network();
    const weight = generate();
    expect(statuses(diagnoseTfjs(tf, () => lossOf(weight)))).toEqual({
      ...{ hidden: "unused", head: "unused", last: "learns" },
    });
  });

  it("units of a ReLU that are off for every input", () => {
    const [weight, bias, last] = [
      variable([3, 4], "weight"),
      variable([4], "bias"),
      variable([4, 1], "last"),
    ];
    bias.assign(tf.fill([4], -100));
    const x = tf.abs(normal([16, 3])) as tf.Tensor2D;
    const diagnosis = diagnoseTfjs(tf, () => {
      const sums = tf.add(tf.matMul(x, weight as tf.Tensor2D), bias);
      const units = tf.relu(sums) as tf.Tensor2D; // off
      return tf.mean(tf.square(tf.sub(tf.matMul(units, last as tf.Tensor2D), 1)));
    });
    expect(statuses(diagnosis)).toEqual({ weight: "zero", bias: "zero", last: "zero" });
    expect(diagnosis.findings).toHaveLength(1);
    expect(diagnosis.findings[0]).toMatchObject({ fault: "alwaysZero", place: { line: lineOf("off") } });
    expect(diagnosis.findings[0]?.cause).toContain("Everything that Relu gives is 0");
  });

  it("a factor that is 0, and a function of steps", () => {
    const [weight, rounded] = [variable([3], "weight"), variable([3], "rounded")];
    const diagnosis = diagnoseTfjs(tf, () => {
      const nothing = tf.mul(weight, tf.zeros([3])); // factor
      const steps = tf.round(rounded); // steps
      return tf.sum(tf.square(tf.sub(tf.add(nothing, steps), 1)));
    });
    expect(statuses(diagnosis)).toEqual({ weight: "zero", rounded: "zero" });
    expect(diagnosis.findings).toMatchObject([
      { fault: "zeroDerivative", parameters: ["rounded"], place: { line: lineOf("steps") } },
      { fault: "alwaysZero", parameters: ["weight"], place: { line: lineOf("factor") } },
    ]);
  });

  it("a layer whose result is not used: its line", () => {
    const { generate, lossOf } = network();
    const spare = variable([4, 2], "spare");
    const x = normal([3, 4]) as tf.Tensor2D;
    const diagnosis = diagnoseTfjs(tf, () => {
      tf.relu(tf.matMul(x, spare as tf.Tensor2D)); // forgotten
      return lossOf(generate());
    });
    expect(statuses(diagnosis)).toMatchObject({ spare: "unused" });
    expect(diagnosis.findings[0]).toMatchObject({ fault: "notWired", place: { line: lineOf("forgotten") } });
  });

  it("a layer that is made again in every run of the loss", () => {
    const { generate, lossOf } = network();
    const diagnosis = diagnoseTfjs(tf, () => {
      const factor = tf.variable(normal([1])); // anew
      return tf.sum(tf.mul(lossOf(generate()), factor));
    });
    expect(diagnosis.healthy).toBe(false);
    expect(diagnosis.verdict).toContain(
      "Something is wrong: a variable is made again in every run of the loss",
    );
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "createdInForward",
      place: { line: lineOf("anew") },
    });
  });

  it("a variable that varList is without, and one that is frozen on purpose", () => {
    const { generate, lossOf, head, hidden, last } = network();
    hidden.trainable = false;
    const variables = { "generator.hidden": hidden, "generator.head": head, last };
    const diagnosis = diagnoseTfjs(tf, () => lossOf(generate()), { variables, varList: [last] });
    expect(statuses(diagnosis)).toEqual({
      ...{ "generator.hidden": "frozen", "generator.head": "notHeld", last: "learns" },
    });
  });

  it("what varList names is all that is looked at, where nothing else is named", () => {
    const { generate, lossOf, last } = network();
    variable([2], "another model's");
    expect(statuses(diagnoseTfjs(tf, () => lossOf(generate()), { varList: [last] }))).toEqual({
      last: "learns",
    });
  });

  it("numbers that are not finite: in a gradient, and in the loss alone", () => {
    const root = tf.variable(tf.tensor([0, 1]), true, "root");
    const infinite = diagnoseTfjs(tf, () => tf.sum(tf.sqrt(root)));
    expect(statuses(infinite)).toEqual({ root: "nonFinite" });
    const alone = diagnoseTfjs(tf, () => tf.add(tf.sum(tf.square(root)), Number.NaN));
    expect(alone.healthy).toBe(false);
    expect(alone.findings[0]).toMatchObject({ fault: "nonFinite" });
  });

  it("numbers that explode", () => {
    const { generate, lossOf } = network();
    const diagnosis = diagnoseTfjs(tf, () => lossOf(generate()), { optimizer: tf.train.sgd(30), steps: 6 });
    expect(
      Object.values(statuses(diagnosis)).some((status) => ["exploding", "nonFinite"].includes(status)),
    ).toBe(true);
  });
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
