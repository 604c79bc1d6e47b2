import { describe, expect, it } from "vitest";
import { tensor } from "../../src/autograd/index.js";
import { initializers } from "../../src/core/initializers.js";
import { declareParameter, Module } from "../../src/nn/index.js";
import { SGD, type TrainOptions, trainLoop, type WatchedStep } from "../../src/train/index.js";
import { pointRun, squaredDistance } from "./quadratic.js";

interface Seen {
  readonly step: number;
  readonly value: number[] | undefined;
  readonly gradient: number[] | undefined;
  readonly update: number[] | undefined;
}

/** What a run's watch sees of its first parameter. */
async function watched(options: TrainOptions, every: number): Promise<{ seen: Seen[]; error?: Error }> {
  const seen: Seen[] = [];
  const record = ({ step, parameters }: WatchedStep): void => {
    const [first] = parameters;
    const copy = (data?: ArrayLike<number>) => data && Array.from(data);
    seen.push({
      step,
      value: copy(first?.value),
      gradient: copy(first?.gradient),
      update: copy(first?.update),
    });
  };
  const error = await trainLoop({ ...options, watch: { every, record } }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  return error === undefined ? { seen } : { seen, error };
}

describe("trainLoop, watched", () => {
  it("tells every so many steps the weights before, the gradient and the update", async () => {
    const model = pointRun().model;
    const before = Array.from(model.position.data);
    const optimizer = new SGD(model.parameters(), { learningRate: 0.25 });
    const step = () => squaredDistance(model.position, new Float32Array(8));
    const { seen } = await watched({ model, optimizer, steps: 7, seed: 0, step }, 3);
    expect(seen.map((one) => one.step)).toEqual([0, 3, 6]);
    expect(seen[0]?.value).toEqual(before);
    expect(seen[0]?.gradient).toEqual(before.map((value) => 2 * value));
    // x - 0.25 * 2x: half of it each step, exactly.
    expect(seen[0]?.update).toEqual(before.map((value) => -value / 2));
    expect(seen[2]?.value).toEqual(before.map((value) => value / 64));
  });

  it("tells the gradient before clipping", async () => {
    const run = pointRun();
    const clipped = await watched({ ...pointRun(), steps: 1, clip: 1e-3 }, 1);
    expect(clipped.seen[0]?.gradient).toEqual((await watched({ ...run, steps: 1 }, 1)).seen[0]?.gradient);
  });

  it("tells the same of a run that was interrupted and resumed", async () => {
    const { seen: whole } = await watched(pointRun(), 7);
    let saved: Uint8Array | undefined;
    const save = (bytes: Uint8Array): void => {
      saved = bytes;
    };
    const controller = new AbortController();
    const first = await watched(
      {
        ...pointRun(),
        signal: controller.signal,
        history: ({ step }) => step === 16 && controller.abort(),
        checkpoint: { every: 1000, save },
      },
      7,
    );
    const second = await watched({ ...pointRun(), ...(saved && { resume: saved }) }, 7);
    expect([...first.seen, ...second.seen]).toEqual(whole);
    expect(second.seen.length).toBeGreaterThan(0);
  });

  it("tells of the step whose gradient is not finite before it throws, whichever that is", async () => {
    const run = pointRun();
    const step: TrainOptions["step"] = (context) =>
      squaredDistance(run.model.position, new Float32Array(8), context.step === 5 ? 1e39 : 1e-3);
    run.model.position.assign(Float32Array.from({ length: 8 }, (_, index) => (index === 3 ? 0.5 : 0)));
    const { seen, error } = await watched(
      { ...run, step, optimizer: new SGD(run.model.parameters(), { learningRate: 0 }) },
      100,
    );
    expect(error?.name).toBe("NonFiniteError");
    expect(seen.map((one) => one.step)).toEqual([0, 5]);
    expect(seen[1]?.gradient).toEqual([0, 0, 0, Infinity, 0, 0, 0, 0]);
    expect(seen[1]?.update).toBeUndefined();
  });

  it("says which parameters got no gradient and which the optimizer does not hold", async () => {
    class Two extends Module {
      readonly used = declareParameter([2], initializers.normal(1));
      readonly other = declareParameter([3], initializers.normal(1));
    }
    const model = new Two().initialize({ seed: 1 });
    const steps: WatchedStep[] = [];
    await trainLoop({
      ...{ model, steps: 1, seed: 0, step: () => squaredDistance(model.used, tensor([0, 0]).data) },
      optimizer: new SGD([model.used], { learningRate: 0.1 }),
      watch: { every: 1, record: (one) => steps.push(one) },
    });
    const [used, other] = steps[0]?.parameters ?? [];
    expect([used?.name, used?.held, used?.gradient?.length]).toEqual(["used", true, 2]);
    expect([other?.name, other?.held, other?.gradient]).toEqual(["other", false, undefined]);
    expect(other?.update).toEqual(new Float32Array(3));
  });

  it("refuses a rhythm that is none", async () => {
    const watch = { every: 0, record: () => undefined };
    await expect(trainLoop({ ...pointRun(), watch })).rejects.toThrow(
      "trainLoop watch every: expected a whole number of 1 or more, received 0",
    );
  });
});
