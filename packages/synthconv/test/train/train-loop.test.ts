import { describe, expect, it } from "vitest";
import { Parameter, record, type Tensor, tensor, tidy, zeros } from "../../src/autograd/index.js";
import { freeBytes } from "../../src/core/arena.js";
import { type FloatArray, RandomStream } from "../../src/core/index.js";
import { Linear, Module } from "../../src/nn/index.js";
import * as ops from "../../src/ops/index.js";
import {
  Adam,
  clipGradientNorm,
  type HistoryRecord,
  mse,
  Plateau,
  SGD,
  schedules,
  type TrainOptions,
  type TrainProgress,
  trainLoop,
} from "../../src/train/index.js";
import { Point, pointRun, squaredDistance } from "./quadratic.js";

/** Square root of one number, whose slope at 0 is infinite. */
function squareRoot(x: Tensor): Tensor {
  const root = Math.sqrt(x.item());
  return record({
    operation: "squareRoot",
    inputs: [x],
    shape: [],
    data: Float32Array.of(root),
    backward: (upstream) => [tensor([upstream.item() / (2 * root)], { shape: x.shape })],
  });
}

class Single extends Module {
  readonly weight: Parameter;

  constructor(value: number) {
    super();
    this.weight = new Parameter(tensor([value]));
  }
}

/** A clock that is read twice a step and once at the start, and moves on by a half each time. */
function steadyClock(millisecondsPerStep: number): () => number {
  let time = 0;
  return () => {
    time += millisecondsPerStep / 2;
    return time;
  };
}

describe("trainLoop", () => {
  it("trains: the loss falls and the result tells the last one", async () => {
    const history: HistoryRecord[] = [];
    const run = pointRun();
    const result = await trainLoop({ ...run, steps: 200, history: (entry) => history.push(entry) });
    expect(result).toEqual({ step: 200, loss: history.at(-1)?.loss, reason: "finished" });
    expect(history.map(({ step }) => step)).toEqual(Array.from({ length: 200 }, (_, step) => step));
    expect(result.loss).toBeLessThan((history[0] as HistoryRecord).loss / 5);
  });

  it("gives a step random numbers by seed, step and purpose, whatever was drawn before", async () => {
    const draws = async (seed: number, wasteful: boolean): Promise<number[]> => {
      const seen: number[] = [];
      const run = pointRun();
      await trainLoop({
        ...run,
        seed,
        steps: 3,
        step: ({ random }) => {
          if (wasteful) random("other").normal();
          seen.push(random("target").uint32());
          return squaredDistance(run.model.position, new Float32Array(8));
        },
      });
      return seen;
    };
    expect(await draws(1, true)).toEqual(await draws(1, false));
    expect(await draws(1, false)).not.toEqual(await draws(2, false));
    expect(new Set(await draws(1, false)).size).toBe(3);
  });

  it("lets the learning rate fall where the mean loss of several steps gets no better", async () => {
    const history: HistoryRecord[] = [];
    const options = { factor: 0.5, patience: 1, every: 4 } as const;
    await trainLoop({
      ...pointRun(),
      steps: 80,
      schedule: new Plateau(options),
      history: (record) => history.push(record),
    });
    const byHand = new Plateau(options);
    for (let step = 0; step < 80; step += 4) {
      const four = history.slice(step, step + 4);
      for (const { learningRate } of four) expect(learningRate).toBe(0.1 * byHand.factor);
      byHand.observe(four.reduce((sum, { loss }) => sum + loss, 0) / 4);
    }
    expect(byHand.factor).toBeLessThan(0.5);
  });

  it("multiplies the learning rate by the schedule and clips the gradient, and says so in the history", async () => {
    const model = new Single(0);
    const history: HistoryRecord[] = [];
    await trainLoop({
      model,
      optimizer: new SGD(model.parameters(), { learningRate: 0.5 }),
      steps: 3,
      seed: 0,
      schedule: schedules.step({ every: 2, factor: 0.5 }),
      clip: 1,
      step: () => squaredDistance(model.weight, [100]),
      history: (entry) => history.push(entry),
    });
    expect(history.map(({ learningRate }) => learningRate)).toEqual([0.5, 0.5, 0.25]);
    expect(history[0]?.gradientNorm).toBe(200);
    expect(model.weight.data[0]).toBeCloseTo(1.25, 5);
  });

  it("reports progress after every step, with rate and time left", async () => {
    const seen: TrainProgress[] = [];
    await trainLoop({
      ...pointRun(),
      steps: 4,
      now: steadyClock(500),
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.map(({ step, steps }) => [step, steps])).toEqual([1, 2, 3, 4].map((step) => [step, 4]));
    const last = seen.at(-1) as TrainProgress;
    expect(last.timeLeft).toBe(0);
    expect(last.rate).toBeGreaterThan(0);
    expect(seen[1]?.timeLeft).toBeCloseTo(2 / (seen[1]?.rate ?? 0), 9);
    expect(last).toMatchObject({ learningRate: 0.1, loss: expect.any(Number) });
  });

  describe("when something is not finite", () => {
    const stopped = async (options: Partial<TrainOptions> & { model: Single }): Promise<string> => {
      const saved: number[] = [];
      const before = options.model.weight.data.slice();
      const optimizer = new SGD(options.model.parameters(), { learningRate: 1 });
      const step = (): Tensor => squaredDistance(options.model.weight, [0]);
      const checkpoint = { every: 100, save: (_: Uint8Array, at: number) => void saved.push(at) };
      const message = await trainLoop({ optimizer, steps: 5, seed: 0, step, checkpoint, ...options }).then(
        () => "no error",
        (error: Error) => `${error.name}: ${error.message}`,
      );
      expect(options.model.weight.data).toEqual(before);
      expect(saved).toEqual([]);
      return message;
    };

    it("names the operation that made the loss so, before any parameter moves", async () => {
      const model = new Single(2);
      const step = (): Tensor => squaredDistance(model.weight, [0], Number.POSITIVE_INFINITY);
      expect(await stopped({ model, step })).toMatch(
        /^NonFiniteError: training step 0: expected finite numbers, received Infinity first made by squaredDistance/,
      );
    });

    it("names the operation whose gradient is so although the loss is finite", async () => {
      const model = new Single(0);
      const step = (): Tensor => squaredDistance(squareRoot(model.weight), [1]);
      expect(await stopped({ model, step })).toBe(
        "NonFiniteError: training step 0, backward pass: expected finite gradients, received -Infinity made by " +
          "squareRoot for its input parameter weight [1]. Keep this operation's input away from where its slope " +
          "is infinite, or lower the learning rate.",
      );
      expect(await stopped({ model, step, clip: 1 })).toContain("made by squareRoot");
    });
  });

  it("stops with the parameter's name when an update overflows, and saves nothing", async () => {
    const model = new Single(1e30);
    const optimizer = new SGD(model.parameters(), { learningRate: 1e39 });
    const step = (): Tensor => squaredDistance(model.weight, [0], 1e-30);
    await expect(trainLoop({ model, optimizer, steps: 1, seed: 0, step })).rejects.toThrow(
      "end of training: expected finite numbers, received -Infinity in parameter weight [1]",
    );
  });

  it("ends after the step during which it is aborted, and saves a checkpoint of it", async () => {
    const controller = new AbortController();
    const saved: number[] = [];
    const result = await trainLoop({
      ...pointRun(),
      signal: controller.signal,
      checkpoint: { every: 1000, save: (_, step) => void saved.push(step) },
      history: ({ step }) => step === 6 && controller.abort(),
    });
    expect(result).toMatchObject({ step: 7, reason: "aborted" });
    expect(saved).toEqual([7]);
  });

  it("lets a timer abort it: it pauses now and then for the rest of the program", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const result = await trainLoop({ ...pointRun(), steps: 1e9, signal: controller.signal });
    expect(result.reason).toBe("aborted");
  });

  it("ends at the time limit, on the schedule's last rates, with a checkpoint", async () => {
    const rates: number[] = [];
    const saved: number[] = [];
    const result = await trainLoop({
      ...pointRun(),
      steps: 1000,
      schedule: schedules.cosine({ steps: 1000 }),
      timeLimit: 10,
      now: steadyClock(100),
      history: ({ learningRate }) => rates.push(learningRate),
      checkpoint: { every: 1e6, save: (_, step) => void saved.push(step) },
    });
    expect(result.reason).toBe("timeLimit");
    expect(result.step).toBeGreaterThan(50);
    expect(result.step).toBeLessThan(150);
    expect(rates.at(-1)).toBeLessThan(0.1 * 0.001);
    expect(saved).toEqual([result.step]);
  });

  it("refuses options out of range and an optimizer that updates what the model does not hold", async () => {
    const run = pointRun();
    const refused = (options: Partial<TrainOptions>, message: string): Promise<void> =>
      expect(trainLoop({ ...run, ...options })).rejects.toThrow(message);
    await refused({ steps: 0 }, "trainLoop steps: expected a whole number of 1 or more, received 0");
    await refused({ timeLimit: 0 }, "trainLoop timeLimit: expected seconds above 0, received 0");
    await refused(
      { checkpoint: { every: 0.5, save: () => undefined } },
      "trainLoop checkpoint every: expected a whole number of 1 or more, received 0.5",
    );
    await refused(
      { model: new Point() },
      "trainLoop optimizer: expected parameters that the model holds, received parameter position, which it does " +
        "not. Make the optimizer from model.parameters(), after model.to(dtype).",
    );
  });

  describe("uses the memory of a step again", () => {
    // Results of 17 KB, more than the least that is used again.
    const SIDE = 65;
    const drawn = (step: number): Tensor => {
      const random = new RandomStream({ seed: 1, purpose: "batch", step });
      return tensor(
        Float32Array.from({ length: SIDE * SIDE }, () => random.normal()),
        { shape: [SIDE, SIDE] },
      );
    };
    const newRun = (): { model: Linear; optimizer: Adam } => {
      const model = new Linear(SIDE, SIDE);
      model.initialize({ seed: 2 });
      return { model, optimizer: new Adam(model.parameters(), { learningRate: 0.01 }) };
    };
    /** Takes all memory that waits, and leaves NaN in it. */
    const blank = zeros([SIDE, SIDE]);
    const poison = (): void =>
      tidy(() => {
        const taken = Array.from({ length: 32 }, () => ops.add(blank, Number.NaN));
        expect(taken).toHaveLength(32);
      });

    it("to the bits of the same steps in memory of their own", async () => {
      const byHand = newRun();
      for (let step = 0; step < 5; step++) {
        byHand.optimizer.zeroGrad();
        mse(ops.tanh(byHand.model.forward(drawn(step))), drawn(step + 1)).backward();
        clipGradientNorm(byHand.model.parameters(), 0.1);
        byHand.optimizer.step();
      }
      const run = newRun();
      await trainLoop({
        ...run,
        steps: 5,
        seed: 0,
        clip: 0.1,
        step: ({ step }) => mse(ops.tanh(run.model.forward(drawn(step))), drawn(step + 1)),
        history: poison,
      });
      const numbers = ({ model }: { model: Linear }): FloatArray[] =>
        [...model.parameters()].flatMap(({ data, grad }) => [data, (grad as Tensor).data]);
      expect(numbers(run)).toEqual(numbers(byHand));
      expect(freeBytes()).toBeGreaterThan(0);
    });

    it("and leaves what callbacks are told: gradients, watched arrays, copies, tensors made from numbers", async () => {
      const run = newRun();
      const seen: FloatArray[] = [];
      const told: { array: FloatArray; numbers: FloatArray }[] = [];
      const tell = (array: FloatArray): void => void told.push({ array, numbers: array.slice() });
      await trainLoop({
        ...run,
        steps: 3,
        seed: 0,
        clip: 0.1,
        step: ({ step }) => {
          const output = run.model.forward(drawn(step));
          seen.push(output.data);
          tell(tensor(output.data, { shape: output.shape }).data);
          return mse(output, drawn(step + 1));
        },
        watch: {
          every: 1,
          record: ({ parameters }) => {
            for (const { value, gradient } of parameters)
              for (const array of [value, gradient]) tell(array as FloatArray);
          },
        },
        history: () => {
          for (const { grad } of run.model.parameters()) tell((grad as Tensor).data);
          poison();
        },
      });
      expect(told).toHaveLength(3 * (1 + 4 + 2));
      for (const { array, numbers } of told) expect(array).toEqual(numbers);
      // Whoever holds the array of a result sees nothing, and not the numbers of others.
      expect(seen.map(({ length }) => length)).toEqual([0, 0, 0]);
    });

    it("and refuses a result of an earlier step, with what to write instead", async () => {
      const run = pointRun();
      const kept: Tensor[] = [];
      const step = (): Tensor => {
        const half = ops.multiply(run.model.position, 0.5);
        kept.push(half);
        return ops.sum(ops.square(ops.add(kept[0] as Tensor, half)));
      };
      await expect(trainLoop({ ...run, step })).rejects.toThrow(
        "data: expected a tensor whose memory was not taken back, received the output of multiply [8], made inside a " +
          "step of trainLoop that has ended. Inside of the step, take a copy of what is to outlive it: x.item(), or " +
          "tensor(x.data, { shape: x.shape }).",
      );
      expect(kept).toHaveLength(2);
    });
  });
});
