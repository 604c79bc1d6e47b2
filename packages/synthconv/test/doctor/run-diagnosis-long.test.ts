import { describe, expect, it } from "vitest";
import type { ParameterHistory, WatchedHistory } from "../../src/doctor/history-events.js";
import { type Diagnosis, diagnoseRun, htmlReport, runHistograms, terminalReport } from "../../src/doctor.js";
import { Linear, SGD } from "../../src/index.js";
import { ALL_LEARN, historyOf, Network, statuses } from "./run-diagnosis-support.js";

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
