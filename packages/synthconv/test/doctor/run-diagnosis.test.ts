import { describe, expect, it } from "vitest";
import { diagnoseRun, runHistograms } from "../../src/doctor.js";
import {
  AdamW,
  Embedding,
  Linear,
  mse,
  randomUniform,
  relu,
  SGD,
  type StepContext,
  type Tensor,
  zeros,
} from "../../src/index.js";
import { ALL_LEARN, historyOf, lossOf, Network, statuses } from "./run-diagnosis-support.js";

describe("diagnoseRun on watched steps", () => {
  it("says that all is well, with the numbers of every watched step", async () => {
    const history = await historyOf({ model: new Network().initialize({ seed: 1 }), every: 5 });
    const diagnosis = diagnoseRun(history);
    expect(diagnosis).toMatchObject({ version: 4, healthy: true, steps: 4, findings: [] });
    expect(diagnosis.verdict).toBe(
      "Every trained parameter (4) learns: a gradient arrived and moved it, seen in all 4 watched steps (0 to 15).",
    );
    expect(statuses(history)).toEqual(ALL_LEARN);
    expect(diagnosis.losses).toHaveLength(4);
    const [weight] = diagnosis.parameters;
    expect(weight?.numbers.gradientNorm).toHaveLength(4);
    for (const ratio of weight?.numbers.updateRatio ?? []) expect(ratio).toBeGreaterThan(1e-4);
    expect(weight?.deadUnits?.units).toBe(5);
    expect(diagnosis.graph).toBeUndefined();
  });

  it("gives the histograms of every watched step", async () => {
    const history = await historyOf({ model: new Network().initialize({ seed: 1 }), every: 5 });
    const records = runHistograms(history);
    expect(records).toHaveLength(4 * 4 * 3);
    expect(records[1]).toMatchObject({ step: 0, parameter: "hidden.weight", of: "gradient" });
    expect(records[1]?.histogram.counts.reduce((sum, count) => sum + count)).toBe(20);
  });

  it("finds the layer that the loss does not depend on", async () => {
    class Unwired extends Network {
      readonly forgotten = new Linear(3, 3);
    }
    const diagnosis = diagnoseRun(
      await historyOf({ model: new Unwired().initialize({ seed: 1 }), every: 5 }),
    );
    expect(diagnosis.healthy).toBe(false);
    expect(diagnosis.verdict).toBe(
      "2 of 6 parameters do not learn: forgotten.weight, forgotten.bias: no gradient arrives.",
    );
    expect(diagnosis.findings).toEqual([
      {
        fault: "notWired",
        severity: "fault",
        parameters: ["forgotten.weight", "forgotten.bias"],
        cause:
          "No gradient arrived in all 4 watched steps (0 to 15): the loss does not depend on them, or the graph is cut on the way.",
        repair: expect.stringContaining("synthconv doctor on a module"),
      },
    ]);
    expect(diagnosis.parameters.map(({ status, finding }) => [status, finding]).slice(-2)).toEqual([
      ["unused", 0],
      ["unused", 0],
    ]);
  });

  it("finds the part before a detach, which a run cannot tell from one that is unused", async () => {
    const model = new Network().initialize({ seed: 1 });
    const loss = ({ random }: StepContext): Tensor => {
      const hidden = relu(model.hidden.forward(randomUniform([6, 4], random("x"))));
      return mse(model.head.forward(hidden.detach()), zeros([6, 3]));
    };
    const history = await historyOf({ model, loss, every: 5 });
    expect(statuses(history)).toEqual({ ...ALL_LEARN, "hidden.weight": "unused", "hidden.bias": "unused" });
  });

  it("finds a dead ReLU, also where weight decay moves its weights", async () => {
    const model = new Network().initialize({ seed: 1 });
    model.hidden.bias?.assign(new Float32Array(5).fill(-100));
    const optimizer = new AdamW(model.parameters(), { learningRate: 0.01, weightDecay: 0.1 });
    const diagnosis = diagnoseRun(await historyOf({ model, optimizer, every: 5 }));
    // Behind the dead units only the last bias has something to learn.
    expect(diagnosis.parameters.map(({ status }) => status)).toEqual(["zero", "zero", "zero", "learns"]);
    expect(diagnosis.parameters[0]?.deadUnits).toEqual({ dead: 5, units: 5 });
    expect(diagnosis.findings[0]).toMatchObject({ fault: "alwaysZero" });
    expect(diagnosis.findings[0]?.cause).toContain("The gradient is zero in all 4 watched steps (0 to 15)");
  });

  it("finds parameters that a gradient reaches and no update moves", async () => {
    const model = new Network().initialize({ seed: 1 });
    const diagnosis = diagnoseRun(await historyOf({ model, every: 5, learningRate: () => 0 }));
    expect(diagnosis.verdict).toContain(
      "hidden.weight, hidden.bias, head.weight, head.bias: no update moves them",
    );
  });

  it("finds parameters that the optimizer does not hold", async () => {
    const model = new Network().initialize({ seed: 1 });
    const optimizer = new SGD(model.head.parameters(), { learningRate: 0.01 });
    const history = await historyOf({ model, optimizer, every: 5 });
    expect(statuses(history)).toEqual({ ...ALL_LEARN, "hidden.weight": "notHeld", "hidden.bias": "notHeld" });
  });

  it("finds what explodes", async () => {
    const model = new Network().initialize({ seed: 1 });
    const optimizer = new SGD(model.parameters(), { learningRate: 0.5 });
    // Uphill: the sign of the loss is forgotten, and grows with the weights.
    const loss = (context: StepContext): Tensor => {
      const value = lossOf(model, context);
      return value.multiply(-1).add(2 * value.item());
    };
    const diagnosis = diagnoseRun(await historyOf({ model, optimizer, loss, every: 1, steps: 9 }));
    expect(diagnosis.parameters.map(({ status }) => status)).toContain("exploding");
    expect(diagnosis.findings[0]).toMatchObject({
      fault: "exploding",
      repair: expect.stringContaining("Lower"),
    });
    expect(diagnosis.verdict).toMatch(/^\d of 4 parameters do not learn: .*: their numbers explode\./);
  });

  it("finds the gradient that is not finite in the step that stopped the training", async () => {
    const model = new Network().initialize({ seed: 1 });
    // Its slope at 0 is infinite; its value is 0.
    const loss = (context: StepContext): Tensor => {
      const value = lossOf(model, context);
      return context.step < 7 ? value : value.add(model.head.bias?.multiply(0).sum().sqrt() ?? 0);
    };
    const history = await historyOf({ model, loss, every: 5 });
    expect(history.error?.name).toBe("NonFiniteError");
    const { verdict, findings, parameters } = diagnoseRun(history);
    expect(verdict).toBe("1 of 4 parameters does not learn: head.bias: NaN or Infinity comes up.");
    expect(findings[0]?.cause).toBe("Entries of the gradient are NaN or infinite, first seen in step 7.");
    expect(parameters.at(-1)).toMatchObject({ status: "nonFinite", numbers: { nonFinite: 3 } });
  });

  it("accuses nothing that is frozen, and nobody for turns that were not watched", async () => {
    const model = new Network().initialize({ seed: 1 });
    for (const parameter of model.hidden.parameters()) parameter.trainable = false;
    const frozen = diagnoseRun(await historyOf({ model, every: 5 }));
    expect(frozen.healthy).toBe(true);
    expect(frozen.verdict).toContain("Every trained parameter (2, and 2 frozen) learns");
    expect(frozen.parameters[0]?.status).toBe("frozen");

    const turns = new Network().initialize({ seed: 1 });
    const loss = (context: StepContext): Tensor => {
      const hidden = relu(turns.hidden.forward(randomUniform([6, 4], context.random("x"))));
      const isHiddensTurn = context.step % 2 === 1;
      return isHiddensTurn ? hidden.square().mean() : mse(turns.head.forward(hidden.detach()), zeros([6, 3]));
    };
    expect(statuses(await historyOf({ model: turns, loss, every: 2 }))).toEqual(ALL_LEARN);
  });

  it("accuses no zero start, watched once or often, nor an embedding of which the batch needs little", async () => {
    class ZeroHead extends Network {
      readonly styles = new Embedding(50, 4);
      override forward(x: Tensor): Tensor {
        return super.forward(this.styles.forward([1, 2, 3, 1, 2, 3]).add(x));
      }
    }
    const fresh = (): ZeroHead => {
      const model = new ZeroHead().initialize({ seed: 1 });
      model.head.weight.assign(new Float32Array(15));
      model.head.bias?.assign(new Float32Array([1, 2, 3]));
      return model;
    };
    for (const every of [1, 5, 1000]) {
      const diagnosis = diagnoseRun(await historyOf({ model: fresh(), every }));
      expect(diagnosis.findings).toEqual([]);
    }
    const once = diagnoseRun(await historyOf({ model: fresh(), every: 1000 }));
    expect(once.verdict).toContain("one step cannot show that the parameters (5) learn: watch more often");
  });
});
