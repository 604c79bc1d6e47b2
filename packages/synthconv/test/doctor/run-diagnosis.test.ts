import { describe, expect, it } from "vitest";
import type { ParameterHistory, WatchedHistory } from "../../src/doctor/history-events.js";
import {
  type Diagnosis,
  diagnoseRun,
  htmlReport,
  type RunHistory,
  runHistograms,
  terminalReport,
  WatchRecorder,
} from "../../src/doctor.js";
import {
  Adam,
  AdamW,
  type Checkpoint,
  Embedding,
  type HistoryRecord,
  Linear,
  Module,
  mse,
  type Optimizer,
  randomUniform,
  readCheckpoint,
  relu,
  SGD,
  type StepContext,
  type Tensor,
  trainLoop,
  zeros,
} from "../../src/index.js";

/** Two layers `[4] -> [5] -> [3]`, of which tests spoil one thing. */
class Network extends Module {
  readonly hidden = new Linear(4, 5);
  readonly head = new Linear(5, 3);

  forward(x: Tensor): Tensor {
    return this.head.forward(relu(this.hidden.forward(x)));
  }
}

interface Training<Model extends Module> {
  readonly model: Model;
  readonly loss?: (context: StepContext) => Tensor;
  readonly optimizer?: Optimizer;
  /** Steps between those that are watched; absent watches none. */
  readonly every?: number;
  readonly checkpointEvery?: number;
  readonly steps?: number;
  readonly learningRate?: (step: number) => number;
}

/** What the folder of a training would hold, without the folder. */
async function historyOf<Model extends Module>(
  training: Training<Model>,
): Promise<RunHistory & { error?: Error }> {
  const { model, every, checkpointEvery = 10, steps = 20, learningRate = () => 1 } = training;
  const records: HistoryRecord[] = [];
  const checkpoints: Checkpoint[] = [];
  const recorder = new WatchRecorder();
  const error = await trainLoop({
    ...{ model, steps, seed: 1 },
    optimizer: training.optimizer ?? new Adam(model.parameters(), { learningRate: 0.01 }),
    schedule: Object.assign((step: number) => learningRate(step), { description: "of the test" }),
    step: training.loss ?? ((context) => lossOf(model as Module as Network, context)),
    history: (one) => records.push(one),
    checkpoint: {
      every: checkpointEvery,
      save: (bytes) => void checkpoints.unshift(readCheckpoint(bytes, "x")),
    },
    ...(every !== undefined && { watch: { every, record: recorder.record } }),
  }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  const history = { ...recorder.history(), records, checkpoints: checkpoints.slice(0, 2) };
  return error === undefined ? history : { ...history, error };
}

function lossOf(model: { forward(x: Tensor): Tensor }, { random }: StepContext): Tensor {
  const x = randomUniform([6, 4], random("x"));
  return mse(model.forward(x), zeros([6, 3]));
}

const statuses = (history: RunHistory): Record<string, string> =>
  Object.fromEntries(diagnoseRun(history).parameters.map(({ name, status }) => [name, status]));

const ALL_LEARN = {
  "hidden.weight": "learns",
  "hidden.bias": "learns",
  "head.weight": "learns",
  "head.bias": "learns",
};

describe("diagnoseRun on watched steps", () => {
  it("says that all is well, with the numbers of every watched step", async () => {
    const history = await historyOf({ model: new Network().initialize({ seed: 1 }), every: 5 });
    const diagnosis = diagnoseRun(history);
    expect(diagnosis).toMatchObject({ version: 3, healthy: true, steps: 4, findings: [] });
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

describe("diagnoseRun without watched steps", () => {
  it("tells by the bits of two checkpoints what moved, and which command tells more", async () => {
    const model = new Network().initialize({ seed: 1 });
    const diagnosis = diagnoseRun(await historyOf({ model }));
    expect(diagnosis).toMatchObject({ healthy: true, steps: 20 });
    expect(diagnosis.verdict).toBe(
      "Every trained parameter (4) moved, seen in the checkpoints of steps 10 and 20; synthconv train --watch 100 " +
        "tells gradients, updates and histograms too.",
    );
    expect(diagnosis.parameters[0]?.numbers).toMatchObject({ gradientNorm: [], updateRatio: [] });
  });

  it("finds what got no gradient, only zeros, no update, or is not held", async () => {
    class Ill extends Network {
      readonly forgotten = new Linear(2, 2, { bias: false });
    }
    const model = new Ill().initialize({ seed: 1 });
    model.hidden.bias?.assign(new Float32Array(5).fill(-100));
    expect(statuses(await historyOf({ model }))).toEqual({
      ...ALL_LEARN,
      "forgotten.weight": "unused",
      "hidden.weight": "zero",
      "hidden.bias": "zero",
      "head.weight": "zero",
    });
    const still = new Network().initialize({ seed: 1 });
    const sgd = new SGD(still.head.parameters(), { learningRate: 0 });
    const history = await historyOf({ model: still, optimizer: sgd });
    expect(statuses(history)).toEqual({
      "hidden.weight": "notHeld",
      "hidden.bias": "notHeld",
      "head.weight": "zero",
      "head.bias": "zero",
    });
    expect(diagnoseRun(history).findings[1]?.cause).toBe(
      "The weights are the same bits in the checkpoints of steps 10 and 20: their updates are 0 or too small to change them.",
    );
  });

  it("knows from the checkpoint what was frozen", async () => {
    const model = new Network().initialize({ seed: 1 });
    for (const parameter of model.hidden.parameters()) parameter.trainable = false;
    expect(statuses(await historyOf({ model }))).toMatchObject({
      "hidden.weight": "frozen",
      "head.bias": "learns",
    });
  });

  it("says what it can from one checkpoint", async () => {
    const model = new Network().initialize({ seed: 1 });
    const diagnosis = diagnoseRun(await historyOf({ model, checkpointEvery: 20 }));
    expect(diagnosis.verdict).toContain(
      "Every trained parameter (4) was updated by the optimizer before the checkpoint of step 20; synthconv train --watch",
    );
  });

  it("shows the losses of a long run by a few hundred of them", async () => {
    const history = await historyOf({ model: new Network().initialize({ seed: 1 }), steps: 500 });
    const { losses, steps } = diagnoseRun(history);
    expect({ count: losses.length, steps }).toEqual({ count: 200, steps: 500 });
    expect([losses[0], losses.at(-1)]).toEqual([history.records[0]?.loss, history.records.at(-1)?.loss]);
  });

  it("refuses a run that has neither checkpoint nor watched step", () => {
    expect(() => diagnoseRun({ records: [], checkpoints: [], watched: undefined, events: [] })).toThrow(
      "diagnoseRun: expected a checkpoint or a watched step, received a run that has neither yet. Train longer, or " +
        "watch it: synthconv train --watch <steps>, or trainLoop's option watch.",
    );
  });
});

describe("a long run", () => {
  const histogram = (size: number) => {
    return { edges: [0, size], counts: [4], nonFinite: 0, sum: 2 * size, sumOfSquares: 4 * size * size };
  };
  const facts = (name: string) => {
    return { name, shape: [2, 2], dtype: "float32" as const, trainable: true, held: true };
  };
  const step = (index: number, parameters: ReadonlyMap<string, ParameterHistory>) => {
    return { step: index, loss: 1, learningRate: 0.1, gradientNorm: 1, parameters };
  };
  const reportsOf = (watched: WatchedHistory): { diagnosis: Diagnosis; page: string; lines: string } => {
    const run = { records: [], checkpoints: [], watched, events: [] };
    const diagnosis = diagnoseRun(run);
    const page = htmlReport(diagnosis, { histograms: runHistograms(run) });
    return { diagnosis, page, lines: terminalReport(diagnosis) };
  };

  // Seven minutes where the time grows with the square of the parameters: far beyond the test's own limit.
  it("of 150,000 parameters is diagnosed and reported, the ill ones first, on a page of less than 2 MB", () => {
    const names = Array.from({ length: 150_000 }, (_, i) => `layer${i}.weight`);
    const parameters = new Map(
      names.map((name, i) => [
        name,
        { value: histogram(1), gradient: histogram(i % 2), update: histogram(i % 2) },
      ]),
    );
    const steps = [step(0, parameters), step(1, parameters)];
    const { diagnosis, page, lines } = reportsOf({ parameters: names.map(facts), steps });
    expect(diagnosis.findings.map(({ parameters: ill }) => ill.length)).toEqual([75_000]);
    expect(lines.split("\n").filter((line) => line.startsWith("layer"))).toHaveLength(150_000);
    expect(page.includes("2000 of 150000 parameters")).toBe(true);
    expect(page.length).toBeLessThan(2e6);
  });

  it("of 140,000 watched steps is diagnosed and reported, with an explosion that lasts one step still in the drawing", () => {
    const quiet = new Map([["a", { value: histogram(1), gradient: histogram(1), update: histogram(1) }]]);
    const loud = new Map([["a", { value: histogram(1), gradient: histogram(5e6), update: histogram(1) }]]);
    const steps = Array.from({ length: 140_000 }, (_, i) => step(i, i === 70_001 ? loud : quiet));
    const { diagnosis, page } = reportsOf({ parameters: [facts("a")], steps });
    expect(diagnosis.parameters[0]?.numbers.gradientNorm).toHaveLength(140_000);
    expect(page.includes('aria-label="from 2 to 1.0e7"')).toBe(true);
    expect(page.length).toBeLessThan(200_000);
  });
});
