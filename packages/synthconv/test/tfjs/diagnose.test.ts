import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { diagnoseTfjs, htmlReport, terminalReport } from "../../src/tfjs/index.js";

import { lineOf, network, normal, statuses, variable } from "./diagnose-support.js";

beforeAll(() => tf.setBackend("cpu"));
beforeEach(() => tf.engine().startScope());
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

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
      place: {
        file: "packages/synthconv/test/tfjs/diagnose.test.ts",
        line: lineOf("assigned", import.meta.filename),
      },
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
      place: { line: lineOf("created", import.meta.filename) },
    });
  });

  it("generated weights go through plain numbers", () => {
    const { generate, lossOf } = network();
    const diagnosis = diagnoseTfjs(tf, () => {
      const numbers = generate().dataSync(); // read
      return lossOf(tf.tensor(numbers, [2, 3, 4]));
    });
    expect(statuses(diagnosis)).toEqual({ hidden: "cut", head: "cut", last: "learns" });
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "plainNumbers",
      place: { line: lineOf("read", import.meta.filename) },
    });
  });

  it("nothing is connected at all, where minimize() only throws", () => {
    const { generate, lossOf, hidden, head } = network();
    const loss = () => lossOf(tf.tensor(generate().arraySync() as number[][][])); // listed
    expect(() => tf.variableGrads(loss, [hidden, head])).toThrow("Cannot find a connection");
    const diagnosis = diagnoseTfjs(tf, loss, { variables: [hidden, head] });
    expect(statuses(diagnosis)).toEqual({ hidden: "cut", head: "cut" });
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "plainNumbers",
      place: { line: lineOf("listed", import.meta.filename) },
    });
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
      place: { line: lineOf("dropped", import.meta.filename) },
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
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "alwaysZero",
      place: { line: lineOf("off", import.meta.filename) },
    });
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
      {
        fault: "zeroDerivative",
        parameters: ["rounded"],
        place: { line: lineOf("steps", import.meta.filename) },
      },
      {
        fault: "alwaysZero",
        parameters: ["weight"],
        place: { line: lineOf("factor", import.meta.filename) },
      },
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
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "notWired",
      place: { line: lineOf("forgotten", import.meta.filename) },
    });
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
      place: { line: lineOf("anew", import.meta.filename) },
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
